#!/usr/bin/env python3
"""The life of a signer's key, by its operator's commands: it waits, signs, is revoked, and is gone.

    tests/signer/key_life.py QUORATE
"""

import json

from signing import (PASSWORD, SHOP, account, ask_again, policy, refused, sign,
                     signer_beside_network)


def scenario(net, signer):
    name = signer.key["name"]
    toml = signer.folder / "signer.toml"
    bare = toml.read_text(encoding="utf-8")
    signer.write(f'''
[[keys]]
id = "{signer.key['id']}"
standby = true
{policy(signer.key, account(net, 3))}''')
    configured = toml.read_text(encoding="utf-8")
    assert signer.states() == {name: "new"}

    signer.restart()
    first = refused(sign(net, signer.key, SHOP, 900, 0), "key_not_active")
    code, _, error = signer.keys("activate", name)
    assert code == 73 and "in use" in error, (code, error)
    signer.stop()
    assert signer.states() == {name: "created"}

    code, _, error = signer.keys("activate", name[:7])
    assert code == 3 and "at least 8" in error, (code, error)
    code, _, error = signer.keys("destroy", "00" * 32)
    assert code == 3 and "0 keys" in error, (code, error)
    code, out, error = signer.keys("activate", name[:8], "--reason", "goes into service")
    assert code == 0 and out == f"{name} is active\n", (code, out, error)

    signer.restart()
    assert ask_again(net, first["sequence"])["signed"]  # its request was never decided
    signer.stop()

    code, _, error = signer.keys("destroy", name)
    assert code == 3 and "does not allow" in error, (code, error)
    # An active key that is only taken out of the configuration is no key that is over.
    other = bare + configured[len(bare):].replace(signer.key["id"], "ff" * 16)
    toml.write_text(other.replace(signer.key["public_key"], "02" + "79be667ef9dcbbac55a06295ce870b07"
                                  "029bfcdb2dce28d959f2815b16f81798"), encoding="utf-8")
    signer.refuses_to_start(f"key {name} is active and not in the configuration")
    toml.write_text(configured, encoding="utf-8")

    code, _, error = signer.keys("revoke", name, "--reason", "its machine was lost")
    assert code == 0, error
    signer.restart()
    # Not even what was signed before.
    assert ask_again(net, first["sequence"])["why"] == "key_revoked"
    refused(sign(net, signer.key, SHOP, 1, 1), "key_revoked")
    signer.stop()

    keystore = signer.folder / "keystore"
    before = keystore.read_bytes()
    code, _, error = signer.keys("destroy", name, "--password-fd", "{}", secrets=["a wrong one"])
    assert code == 3 and "password" in error, (code, error)
    assert keystore.read_bytes() == before and signer.states() == {name: "revoked"}
    toml.write_text(configured.replace(signer.key["id"], "ff" * 16), encoding="utf-8")  # a slip
    code, _, error = signer.keys("destroy", name, "--password-fd", "{}", secrets=[PASSWORD])
    assert code == 0, error
    assert len(keystore.read_bytes()) < len(before)
    assert keystore.stat().st_mode & 0o777 == 0o600
    assert not keystore.with_suffix(".new").exists()
    assert signer.states() == {name: "destroyed"}
    code, _, error = signer.keys("activate", name)
    assert code == 3, error

    signer.secrets = {}  # there is nothing left to open
    signer.restart()
    assert "was destroyed: take it out of the configuration" in signer.log()
    assert ask_again(net, first["sequence"])["why"] == "key_destroyed"
    signer.stop()
    assert json.loads(signer.keys("list", "-o", "json")[1])[0]["key"] == name
    print("ok   a key waits, signs, is revoked and destroyed, and no step is lost")


def main():
    with signer_beside_network() as (net, signer):
        scenario(net, signer)


if __name__ == "__main__":
    main()
