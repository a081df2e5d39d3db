#!/usr/bin/env python3
"""Two keys of one keystore: the second is added to the file, takes the first one's place, and outlives it.

    tests/signer/rotation.py QUORATE
"""

import json

import curve
from signing import (PASSWORD, SEED, SHOP, STRANGER, account, ask_again, policy, sign,
                     signer_beside_network, with_input)


def address(index):
    """Of the wallet's key of that index on EVM chains."""
    code, out, error = with_input([SEED], "wallet", "address", "--chain", "evm", "--count", index + 1,
                                  "--secret-fd", "{}", "-o", "json")
    assert code == 0, error
    return json.loads(out)[index]["address"]


def add_key(keystore, path, password=PASSWORD):
    return with_input([SEED, password], "wallet", "keystore", "--secret-fd", "{}", "--path", path,
                      "--password-fd", "{}", "--add", keystore, "-o", "json")


def listed(keystore):
    """Public keys by id."""
    code, out, error = with_input([PASSWORD], "wallet", "keystore", "list", keystore,
                                  "--password-fd", "{}", "-o", "json")
    assert code == 0, error
    lines = json.loads(out)
    assert all(line["kind"] == "secp256k1" for line in lines), lines
    return {line["id"]: line["public_key"] for line in lines}


def second_key(signer):
    """Adds it; whatever is refused leaves the file as it was."""
    keystore = signer.folder / "keystore"
    before = keystore.read_bytes()
    for path, password, why in (("m/44'/60'/0'/0/1", "a wrong one", "Wrong password"),
                                ("m/44'/60'/0'/0/0", PASSWORD, "holds this key already")):
        code, out, error = add_key(keystore, path, password)
        assert code == 1 and why in error and out == "", (code, out, error)
        assert keystore.read_bytes() == before
    code, out, error = add_key(signer.folder / "no-keystore", "m/44'/60'/0'/0/1")
    assert code == 1 and not (signer.folder / "no-keystore").exists(), (code, error)
    code, out, error = add_key(keystore, "m/44'/60'/0'/0/1")
    assert code == 0, error
    new = json.loads(out)
    assert keystore.stat().st_mode & 0o777 == 0o600
    assert not keystore.with_suffix(".new").exists()
    old = signer.key
    assert listed(keystore) == {old["id"]: old["public_key"], new["id"]: new["public_key"]}
    return new


def ordered(net, key, to, wei, nonce, why=None):
    _, told, error = sign(net, key, to, wei, nonce)
    assert told, error
    if why:
        assert told.get("why") == why, (told, error)
        return told
    assert told["signed"], told
    assert curve.verifies(bytes.fromhex(key["public_key"]), bytes.fromhex(told["digest"]),
                          bytes.fromhex(told["signatures"][0]["signature"]))
    return told


def scenario(net, signer):
    old, new = signer.key, second_key(signer)
    heir = address(1)
    who = account(net, 3)
    toml = signer.folder / "signer.toml"
    bare = toml.read_text(encoding="utf-8")
    of_new = f'[[keys]]\nid = "{new["id"]}"\nstandby = true\n{policy(new, who)}'
    signer.write(f'''
[[keys]]
id = "{old['id']}"
{policy(old, who, (SHOP, STRANGER, heir))}
{of_new}''')
    signer.restart()
    first = ordered(net, old, SHOP, 900, 0)
    ordered(net, new, SHOP, 1, 0, "key_not_active")
    signer.stop()

    code, _, error = signer.keys("rotate", old["name"], "--successor", new["name"])
    assert code == 0, error
    assert signer.states() == {old["name"]: "rotated", new["name"]: "active"}
    signer.restart()
    ordered(net, old, SHOP, 1, 1, "key_rotated")
    ordered(net, old, STRANGER, 1, 2, "key_rotated")
    ordered(net, old, heir, 100, 3)
    ordered(net, new, SHOP, 500, 4)
    signer.stop()

    keystore = signer.folder / "keystore"
    code, _, error = signer.keys("destroy", old["name"], "--password-fd", "{}", secrets=[PASSWORD])
    assert code == 0, error
    assert listed(keystore) == {new["id"]: new["public_key"]}
    assert signer.states() == {old["name"]: "destroyed", new["name"]: "active"}
    toml.write_text(f"{bare}\n{of_new}", encoding="utf-8")
    signer.restart()
    ordered(net, new, SHOP, 400, 5)
    assert ask_again(net, first["sequence"])["why"] == "key_destroyed"
    signer.stop()
    assert SEED not in signer.log() and PASSWORD not in signer.log()
    print("ok   a key was added to the keystore, took another's place, and outlived it")


def main():
    with signer_beside_network() as (net, signer):
        scenario(net, signer)


if __name__ == "__main__":
    main()
