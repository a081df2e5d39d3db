#!/usr/bin/env python3
"""Hosts of their own: who hears whom, with nothing cut, one direction cut, and healed. Exit code 77: skipped."""

import itertools
import os
import pathlib
import subprocess
import sys
import time
import unittest

import hosts
from isolation import apart

PORT = 7000
LISTEN = f"""
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", {PORT}))
print("listening", flush=True)
for _ in sys.stdin:
    s.setblocking(False)
    heard = set()
    try:
        while True:
            heard.add(s.recv(100).decode())
    except BlockingIOError:
        print(" ".join(sorted(heard)), flush=True)
"""
SPEAK = f"""
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for to in sys.argv[2:]:
    s.sendto(sys.argv[1].encode(), (to, {PORT}))
"""
ALL = [0, 1, 2, 3, hosts.CLIENTS]


class Hosts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.net = hosts.Namespaces(4)
        cls.listeners = {}
        for who in ALL:
            listener = subprocess.Popen([*cls.net.around(who), sys.executable, "-c", LISTEN],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            listener.stdout.readline()
            cls.listeners[who] = listener

    @classmethod
    def tearDownClass(cls):
        for listener in cls.listeners.values():
            listener.communicate("")
        cls.net.close()

    def lost(self) -> set:
        """(sender, receiver) pairs of which nothing arrives: everyone speaks to everyone."""
        everywhere = [hosts.Namespaces.address(i + 1) for i in range(len(ALL))]
        for who in ALL:
            subprocess.run([*self.net.around(who), sys.executable, "-c", SPEAK, str(who), *everywhere],
                           check=True)
        time.sleep(0.2)  # what is still in a queue of a busy machine
        heard = set()
        for who, listener in self.listeners.items():
            listener.stdin.write("\n")
            listener.stdin.flush()
            heard |= {(name, str(who)) for name in listener.stdout.readline().split()}
        return set(itertools.product(map(str, ALL), repeat=2)) - heard

    def test_exactly_what_is_cut_is_lost(self):
        self.assertEqual(self.lost(), set())
        for cut in ({(0, 1)}, {(2, 0), (0, 3)}, apart([0, 1], [2, 3]), {(hosts.CLIENTS, 2)}):
            self.net.cut(cut)
            self.assertEqual(self.lost(), {(str(a), str(b)) for a, b in cut})
        self.net.heal()
        self.assertEqual(self.lost(), set())

    def test_a_namespace_ends_with_its_holder(self):
        net = hosts.Namespaces(1)
        holders = [pathlib.Path(f"/proc/{holder.pid}") for holder in net.holders.values()]
        self.assertTrue(all(p.exists() for p in holders))
        self.assertNotEqual(os.readlink(holders[0] / "ns" / "net"), os.readlink("/proc/self/ns/net"))
        net.close()
        self.assertFalse(any(p.exists() for p in holders))


class Shapes(unittest.TestCase):
    def test_apart_is_both_ways_and_nothing_else(self):
        self.assertEqual(apart([0], [1, 2]), {(0, 1), (1, 0), (0, 2), (2, 0)})


if __name__ == "__main__":
    hosts.become_root_of_a_user_namespace()
    try:
        hosts.Namespaces(1).close()
    except hosts.Unavailable as why:
        print(f"SKIPPED: {why}")
        sys.exit(77)
    unittest.main()
