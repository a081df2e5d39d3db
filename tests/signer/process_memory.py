"""Looks for secrets in the memory and in the core dumps of a process, from the outside."""

import os
import re
import typing


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


def count(data, wanted):
    """How often any of the pieces stands in the data."""
    return sum(data.count(one) for one in wanted)


class Mapping(typing.NamedTuple):
    begin: int
    end: int
    title: str
    flags: frozenset

    @property
    def is_for_secrets(self):
        """Locked, left out of core dumps, zeros in a forked child."""
        return {"lo", "dd", "wf"} <= self.flags


def mappings(pid):
    """All that the process may read."""
    found, head = [], None
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as lines:
        for line in lines:
            if title := re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) .*", line):
                head = title
            elif line.startswith("VmFlags:") and head[3].startswith("r"):
                found.append(Mapping(int(head[1], 16), int(head[2], 16), line_of(head),
                                     frozenset(line.split()[1:])))
    return found


def line_of(head):
    return " ".join(head[0].split())


class Found(typing.NamedTuple):
    inside: int
    outside: int
    size: int


def scan(pid, wanted, tell=True):
    """Pieces in the mappings that are made for secrets, and anywhere else; tells where those are."""
    inside = outside = size = 0
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    for one in mappings(pid):
        data = read(memory, one)
        size += len(data)
        hits = count(data, wanted)
        if tell and hits and not one.is_for_secrets:
            print(f"     {hits} pieces in {one.title}")
        if one.is_for_secrets:
            inside += hits
        else:
            outside += hits
    os.close(memory)
    return Found(inside, outside, size)


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
