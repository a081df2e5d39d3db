"""Where the processes of a test network run: all on loopback, or each node on a host of its own.

A host is a network namespace with one interface. All hosts are ports of a bridge in one more namespace,
where packets can be dropped by sender and receiver. A namespace lives as long as a process that holds it,
and the holders end with this program, however it ends: nothing is left behind.
"""

import os
import shutil
import subprocess
import sys

CLIENTS = "clients"
TOOLS = ("ip", "nft", "nsenter", "unshare", "setpriv")
# A frame is dropped by the pair of ports that it passes. ARP passes, so that a loss in one direction
# stays one: otherwise the neighbours would forget each other, and lose the other direction too.
RULES = """table bridge cuts {
  set cut { type ifname . ifname; }
  chain forward {
    type filter hook forward priority 0;
    iifname . oifname @cut ether type ip drop
  }
}
"""


class Unavailable(Exception):
    """This machine does not let us make network namespaces, or drop packets in them."""


def become_root_of_a_user_namespace():
    """Without root's rights: runs this program again with those that a user namespace gives.

    Returns where there is nothing to gain, or no way to.
    """
    inside = ["unshare", "--user", "--map-root-user", "--"]
    if os.geteuid() != 0 and shutil.which("unshare") and \
            subprocess.run([*inside, "true"], capture_output=True, check=False).returncode == 0:
        os.execvp("unshare", [*inside, sys.executable, *sys.argv])


class Loopback:
    """One host for everything; it cannot be cut."""

    def __init__(self, nodes: int):
        self.testnet_options = []

    def around(self, who) -> list:
        """What runs a command where `who` (a node's number, or CLIENTS) is; may be empty."""
        return []

    def close(self):
        pass


class Namespaces:
    """A host for each node, and one for the clients. Addresses are private to them."""

    def __init__(self, nodes: int):
        for tool in TOOLS:
            if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
                raise Unavailable(f"{tool} is not installed")
        self.holders, self.nft = {}, None
        try:
            self._hold("switch")
            self.nft = self._nft_waiting()
            self._in("switch", "ip", "link", "add", "bridge", "type", "bridge")
            self._in("switch", "ip", "link", "set", "bridge", "up")
            for number, who in enumerate([*range(nodes), CLIENTS], 1):
                self._plug_in(who, self.address(number))
            self._nft(RULES)
        except (OSError, subprocess.SubprocessError) as why:
            self.close()
            raise Unavailable(getattr(why, "stderr", None) or str(why)) from None
        self.testnet_options = ["--hosts", ",".join(self.address(i + 1) for i in range(nodes))]

    @staticmethod
    def address(number: int) -> str:
        return f"10.77.0.{number}"

    def _hold(self, who):
        holder = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "sh", "-c",
             "ip link set lo up && echo held && exec sleep infinity"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.holders[who] = holder
        if holder.stdout.readline() != "held\n":
            raise OSError(f"no network namespace: {holder.stderr.read().strip()}")

    def _plug_in(self, who, address: str):
        """@param who  becomes a host with that address, at the bridge's port of that name."""
        self._hold(who)
        self._in("switch", "ip", "link", "add", self.port(who), "type", "veth",
                 "peer", "name", "eth0", "netns", self.holders[who].pid)
        self._in("switch", "ip", "link", "set", self.port(who), "master", "bridge", "up")
        self._in(who, "ip", "address", "add", f"{address}/24", "dev", "eth0")
        self._in(who, "ip", "link", "set", "eth0", "up")

    def _in(self, who, *command, given: str = ""):
        subprocess.run([*self.around(who), *map(str, command)], input=given, check=True, text=True,
                       capture_output=True, timeout=30)

    def _nft_waiting(self):
        """A program that waits for its commands: what is cut is cut when they are known, not when a
        program has started on a busy machine."""
        return subprocess.Popen([*self.around("switch"), "nft", "-f", "-"], stdin=subprocess.PIPE,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def _nft(self, commands: str):
        _, error = self.nft.communicate(commands, timeout=30)
        if self.nft.returncode != 0:
            raise OSError(f"nft: {error.strip()}")
        self.nft = self._nft_waiting()

    @staticmethod
    def port(who) -> str:
        return f"port-{who}"

    def around(self, who) -> list:
        return ["nsenter", f"--net=/proc/{self.holders[who].pid}/ns/net", "--"]

    def cut(self, lost):
        """From now on what these lose is lost, and nothing else, all at the same moment.

        @param lost  (sender, receiver) pairs of nodes, or CLIENTS; empty: the network is whole again.
        """
        pairs = ", ".join(f'"{self.port(a)}" . "{self.port(b)}"' for a, b in lost)
        add = f"add element bridge cuts cut {{ {pairs} }}\n" if pairs else ""
        self._nft("flush set bridge cuts cut\n" + add)

    def heal(self):
        self.cut([])

    def close(self):
        for process in (*self.holders.values(), *filter(None, [self.nft])):
            process.kill()
            process.wait()
            for pipe in filter(None, (process.stdin, process.stdout, process.stderr)):
                pipe.close()
