"""Load on a local server: wrk for many requests at once, a plain client for one after the other."""

import http.client
import re
import socket
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.problems import Problem

_WARM = 50
_COUNTED = 1000


@dataclass(frozen=True)
class Target:
    """What is asked for."""

    port: int
    path: str
    body: str


@dataclass(frozen=True)
class Load:
    """What came of a load."""

    rate: float
    p50_ms: float
    p99_ms: float
    requests: int
    failed: int


class NoAnswer(Problem):
    """A server does not do what is to be measured."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Nothing can be measured: {what}")


def one_by_one_ms(target: Target) -> float:
    """Give the median of requests one after the other on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times = []
    for _ in range(_WARM + _COUNTED):
        began = time.perf_counter()
        connection.request("POST", target.path, target.body, {"content-type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise NoAnswer(f"POST {target.path} is answered {answer.status}.")
    connection.close()
    return statistics.median(times[_WARM:])


def wrk(target: Target, *, seconds: int, connections: int) -> Load:
    """Run wrk once, after a moment to start environments, and read what it prints."""
    script = (
        f"wrk.method = 'POST'\nwrk.body = [==[{target.body}]==]\nwrk.headers['content-type'] = 'application/json'\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        lua = Path(folder) / "request.lua"
        lua.write_text(script, encoding="utf-8")
        url = f"http://127.0.0.1:{target.port}{target.path}"
        options = ["-t1", f"-c{connections}", "--timeout", "30s", "--latency", "-s", str(lua), url]
        subprocess.run(["wrk", "-d2s", *options], capture_output=True, check=True)
        done = subprocess.run(["wrk", f"-d{seconds}s", *options], capture_output=True, text=True, check=True)
    return read_wrk(done.stdout)


def read_wrk(text: str) -> Load:
    """Read what wrk prints."""
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    failed = int(_number(r"Non-2xx or 3xx responses: (\d+)", text) or 0)
    failed += sum(map(int, errors.groups())) if errors else 0
    return Load(
        rate=_number(r"Requests/sec:\s+([\d.]+)", text) or 0.0,
        p50_ms=_time_ms("50%", text),
        p99_ms=_time_ms("99%", text),
        requests=int(_number(r"(\d+) requests in", text) or 0),
        failed=failed,
    )


def _number(pattern: str, text: str) -> float | None:
    line = re.search(pattern, text)
    return float(line[1]) if line else None


def _time_ms(share: str, text: str) -> float:
    line = re.search(rf"^\s+{share}\s+([\d.]+)(us|ms|s)$", text, re.MULTILINE)
    return float(line[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[line[2]] if line else 0.0


def memory_mb(pid: int) -> float:
    """Give the resident memory of a process (Linux)."""
    line = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(line[1]) / 1024 if line else 0.0
