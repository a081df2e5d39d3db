"""Looks for secrets in the memory and in the core dumps of a process, from the outside."""

import base64
import os
import re
import typing

PAGE = 1 << 12
ZEROS = bytes(PAGE)
P256_SECRET = b"\x02\x01\x01\x04\x20"  # in a key of RFC 5915: version 1, then 32 bytes


def forms(secret):
    """What code may keep a secret as: its bytes, words and limbs the other way round, hex digits."""
    yield secret
    for group in (4, 8, len(secret)):
        yield b"".join(secret[at:at + group][::-1] for at in range(0, len(secret), group))
    yield secret.hex().encode()
    yield secret.hex().upper().encode()


def needles(secrets):
    """Pieces of 8 bytes of every form: a part of a secret is found as well as a whole one."""
    return {form[at:at + 8] for secret in secrets for form in forms(secret)
            for at in range(0, len(form) - 7, 8)}


class TlsKey(typing.NamedTuple):
    """The secret of a P-256 key in a PEM file (PKCS #8), and the characters that it stands there as."""
    secret: bytes
    needles: set

    @classmethod
    def read(cls, file):
        body = b"".join(line for line in file.read_bytes().splitlines() if not line.startswith(b"-"))
        raw = base64.b64decode(body)
        begin = raw.index(P256_SECRET) + len(P256_SECRET)
        assert begin == 36, begin  # 48 characters; pieces of 8 then never lie across two lines
        secret = raw[begin:begin + 32]
        return cls(secret, needles([secret]) | {body[at:at + 8] for at in range(48, 88, 8)})


def count(data, wanted):
    """How often any of the pieces stands in the data."""
    return sum(data.count(one) for one in wanted)


def without_zeros(data):
    """Pages of zeros, which are most, hold nothing."""
    return b"".join(page for at in range(0, len(data), PAGE) if (page := data[at:at + PAGE]) != ZEROS)


class Mapping(typing.NamedTuple):
    begin: int
    end: int
    title: str
    flags: frozenset

    @property
    def is_locked(self):
        """Locked into memory and left out of core dumps."""
        return {"lo", "dd"} <= self.flags

    @property
    def is_for_secrets(self):
        """And zeros in a forked child besides."""
        return self.is_locked and "wf" in self.flags


def mappings(pid):
    """All that the process may read, but for what it has of files without ever writing to it: its code."""
    found, head = [], None
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as lines:
        for line in lines:
            if title := re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) .*", line):
                head = title
            elif line.startswith("VmFlags:") and head[3].startswith("r") and not is_code(head):
                found.append(Mapping(int(head[1], 16), int(head[2], 16), line_of(head),
                                     frozenset(line.split()[1:])))
    return found


def is_code(head):
    return head[3] in ("r--p", "r-xp") and "/" in head[0]


def line_of(head):
    return " ".join(head[0].split())


class Found(typing.NamedTuple):
    inside: int  # mappings that are made for secrets
    locked: int  # others that are locked and not dumped: stacks, and the heap that OpenSSL has for keys
    outside: int
    size: int


def snapshot(pid):
    """All mappings with what they hold, but for zeros."""
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    taken = [(one, without_zeros(read(memory, one))) for one in mappings(pid)]
    os.close(memory)
    return taken


def look(taken, wanted, tell=True):
    """Counts pieces by the kind of mapping they are in; tells of those that any dump would show."""
    inside = locked = outside = size = 0
    for one, data in taken:
        size += one.end - one.begin
        hits = count(data, wanted)
        if tell and hits and not one.is_locked:
            print(f"     {hits} pieces in {one.title}")
        if one.is_for_secrets:
            inside += hits
        elif one.is_locked:
            locked += hits
        else:
            outside += hits
    return Found(inside, locked, outside, size)


def scan(pid, wanted, tell=True):
    return look(snapshot(pid), wanted, tell)


def read(memory, one):
    """One mapping; less where the kernel shows no more, as of its own pages."""
    data = bytearray()
    at = one.begin
    while at < one.end:
        try:
            more = os.pread(memory, min(1 << 24, one.end - at), at)
        except OSError:
            break
        if not more:
            break
        data += more
        at += len(more)
    return bytes(data)
