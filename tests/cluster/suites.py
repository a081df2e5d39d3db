"""Clusters whose identities are of the national suite: SM2 in the place of BIP-340."""

import json

from network import Network, joining, member, members, quorate


def administrator(net):
    return net.path / "admin" / "administrator0.key"


def a_cluster_of_the_national_suite():
    """SM2 everywhere: payments, a killed primary, a joining member; keys of the other suite are refused."""
    with Network(testnet=("--suite", "national")) as net:
        genesis = json.loads((net.path / "node0" / "genesis.json").read_text(encoding="utf-8"))
        assert genesis["identity_suite"] == "national"
        assert administrator(net).read_text(encoding="ascii").startswith("sm2:")
        net.submit(40)
        net.kill(0)
        net.submit(40)
        net.start(0)
        net.wait_ready()
        code, said = member(net, "add", *joining(net))
        assert code == 0, said
        assert len(members(net)["members"]) == 5
        net.submit(8)
        net.wait_equal()

        # The same digits as a key of the other suite: another identity.
        key = net.path / "node1" / "node.key"
        national = key.read_text(encoding="ascii")
        net.kill(1)
        key.write_text(national.removeprefix("sm2:"), encoding="ascii")
        code, _, error = quorate("node", "--config", net.config(1))
        assert code != 0 and "standard suite" in error and "national" in error, error
        key.write_text(national, encoding="ascii")
        net.start(1)
        wrong = net.path / "wrong.key"
        wrong.write_text(administrator(net).read_text(encoding="ascii").removeprefix("sm2:"), encoding="ascii")
        code, _, error = quorate("member", "remove", "--replica", 4, "--config", net.client, "--admin-key", wrong)
        assert code != 0 and "a key of the standard suite" in error, error
        for key, said in ((wrong, "standard suite"), (administrator(net), "")):
            code, _, error = quorate("account", "open", genesis["replicas"][0], "--config", net.client, "--admin-key", key)
            assert code == (1 if said else 0) and said in error, (code, error)
