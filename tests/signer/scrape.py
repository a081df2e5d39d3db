"""A node's metrics as Prometheus reads them, and clients that do not behave."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time

SAMPLE = re.compile(r'([a-z0-9_]+)((?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\})?) (\S+)')


def show_metrics(config):
    """Adds [metrics] to a node's configuration; gives the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with open(config, "a", encoding="utf-8") as toml:
        toml.write(f'\n[metrics]\nlisten = "127.0.0.1:{port}"\n')
    return port


def get(port, path="/metrics", method="GET"):
    """Gives (status, headers, body)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def scrape(port):
    """The series by name and labels, checked; the text beside them."""
    code, headers, text = get(port)
    assert code == 200, (code, text)
    assert headers["Content-Type"].startswith("text/plain; version=0.0.4"), headers
    series, typed, helped = {}, {}, set()
    for line in text.splitlines():
        if line.startswith("# HELP "):
            helped.add(line.split()[2])
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert name not in typed and name in helped, line
            assert (kind == "counter") == name.endswith("_total"), line
            typed[name] = kind
        else:
            name, labels, value = SAMPLE.fullmatch(line).groups()
            assert name in typed and name + labels not in series, line
            series[name + labels] = float(value)
    return series, text


def refused(series):
    """By reason, but for what it was asked before it served anybody."""
    prefix = 'quorate_signer_refused_total{reason="'
    return {name[len(prefix):-2]: int(count) for name, count in series.items()
            if name.startswith(prefix) and "not_anchored" not in name}


def wait_scrape(port, holds, seconds=40):
    until = time.monotonic() + seconds
    while True:
        series, text = scrape(port)
        if holds(series):
            return series, text
        assert time.monotonic() < until, text
        time.sleep(0.3)


def promtool_checks(text):
    """By Prometheus' own tool where it is installed; says what it did."""
    tool = shutil.which("promtool")
    if tool is None:
        return "promtool is not installed: the text was checked by this script alone"
    done = subprocess.run([tool, "check", "metrics"], input=text, capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0 and not done.stdout and not done.stderr, (done, text)
    return "promtool finds nothing to complain of"


def raw(port, data):
    """What comes until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        try:
            connection.sendall(data)
            got = b""
            while part := connection.recv(4096):
                got += part
            return got
        except ConnectionError:
            return b""


def abuse(port):
    """Garbage, a header that never ends, more connections than there may be; then all is as before."""
    assert get(port, "/")[0] == 404 and get(port, "/metrics", "POST")[0] == 405
    for noise in (os.urandom(4000) + b"\r\n\r\n", b"\x16\x03\x01" + bytes(500) + b"\r\n\r\n",
                  b"GET /metrics\r\n\r\n"):
        assert raw(port, noise)[:12] in (b"HTTP/1.1 400", b""), noise
    assert raw(port, b"GET /metrics HTTP/1.1\r\n" + b"A: b\r\n" * 5000)[:12] in (b"HTTP/1.1 431", b"")

    dripping = socket.create_connection(("127.0.0.1", port), timeout=20)
    dripping.sendall(b"GET /metrics HTTP/1.1\r\n")
    crowd = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(60)]
    began = time.monotonic()
    try:
        while True:  # until it is cut off
            dripping.sendall(b"A: b\r\n")
            time.sleep(0.1)
            assert time.monotonic() - began < 20
    except ConnectionError:
        pass
    for one in (dripping, *crowd):
        one.close()
    series, _ = wait_scrape_after_crowd(port)
    ended = {result: series[f'quorate_metrics_connections_total{{result="{result}"}}']
             for result in ("not_found", "wrong_method", "bad_request", "too_many", "too_slow")}
    assert ended["not_found"] == 1 and ended["wrong_method"] == 1, ended
    assert ended["bad_request"] >= 3 and ended["too_many"] >= 40 and ended["too_slow"] >= 1, ended


def wait_scrape_after_crowd(port):
    until = time.monotonic() + 20
    while True:
        try:
            return scrape(port)
        except (ConnectionError, http.client.HTTPException):
            assert time.monotonic() < until
            time.sleep(0.2)
