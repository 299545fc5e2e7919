"""Eight clients that keep asking: every request is answered right, and the server grows no larger."""

import itertools
import json
import re
import socket
import threading
import time
from pathlib import Path

import pytest

from sparely.bundle import read_bundles
from sparely_toolkit.local.serving import LocalServer, serving
from sparely_toolkit.project import Project

pytestmark = pytest.mark.slow

CLIENTS = 8
WARM_S = 4.0
PATIENCE_S = 120.0
MOST_GROWTH_MB = 1.0
KEPT_BYTES = 300
"""
At most so much of each request stays in its execution environment, and it is not the handler's: AWS' runtime client
puts each trace id into the environment's variables, and glibc keeps what a variable had. A function that does nothing
keeps about 70 bytes as well; the rest is how pages are counted.
"""


def requests(project: Project) -> list[bytes]:
    """One of each model's golden rows, and a request without a body, as they go over the wire."""
    sent = [b"GET /models HTTP/1.1\r\nhost: localhost\r\n\r\n"]
    for bundle in read_bundles(project.models):
        body = json.dumps({"instances": [bundle.instances[0]]}).encode()
        path = f"/predict/{bundle.area}/{bundle.name}"
        head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        sent.append(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
    return sent


class Client(threading.Thread):
    """One connection, one request after the other; `failed` are those without the answer that the first had."""

    def __init__(self, port: int, requests: list[bytes], until: float) -> None:
        super().__init__(daemon=True)
        self._port, self._requests, self._until = port, requests, until
        self._bodies: dict[bytes, bytes] = {}
        self.answered = 0
        self.failed: list[bytes] = []
        self.start()

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_S) as connection:
            for request in itertools.cycle(self._requests):
                if time.monotonic() > self._until:
                    return
                connection.sendall(request)
                head, body = _answer(connection)
                if not head.startswith(b"HTTP/1.1 200 ") or body != self._bodies.setdefault(request, body):
                    self.failed.append(head + body)
                self.answered += 1


def _answer(connection: socket.socket) -> tuple[bytes, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _part(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)", head + b"\r\n")[1])  # type: ignore[index]
    while len(body) < length:
        body += _part(connection)
    return head, body


def _part(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    assert part, "the connection ended"
    return part


def resident_mb(pid: int) -> float:
    line = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    assert line is not None
    return int(line[1]) / 1024


def environments(server: LocalServer) -> set[int]:
    """The processes that run the function: the server's children."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text("utf-8")
    return {int(pid) for pid in children.split()}


def ask(server: LocalServer, project: Project, seconds: float) -> tuple[int, list[bytes]]:
    """Have eight clients ask for so long; how many were answered, and those that failed."""
    until = time.monotonic() + seconds
    clients = [Client(server.port, requests(project), until) for _ in range(CLIENTS)]
    for client in clients:
        client.join(seconds + PATIENCE_S)
        assert not client.is_alive()
    return sum(client.answered for client in clients), [each for client in clients for each in client.failed]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells a process' memory in /proc")
@pytest.mark.parametrize(
    ("seconds", "least"), [(2.0, 200), pytest.param(120.0, 50_000, marks=pytest.mark.soak, id="two minutes")]
)
def test_eight_clients_are_answered_for_as_long_as_they_ask(
    project: Project, tmp_path: Path, seconds: float, least: int
) -> None:
    """
    None of the answers is another than the first; the server does not grow, and the function as AWS' client does.

    So many are looked at, however long a busy machine takes.
    """
    with serving(project.built_template, tmp_path / "log", "--no-auth", "--quiet", project=project) as server:
        ask(server, project, WARM_S if seconds > WARM_S else seconds)
        before = {pid: resident_mb(pid) for pid in {server.pid} | environments(server)}

        answered, failed = ask(server, project, seconds)
        while answered < least and not failed:
            more, failed = ask(server, project, seconds)
            assert more or failed
            answered += more

        after = {pid: resident_mb(pid) for pid in before if pid == server.pid or pid in environments(server)}
    print(f"{answered} requests in {seconds:g} s, {len(failed)} failed; MB before {before}, after {after}")
    assert failed == []
    grown = {pid: after[pid] - before[pid] for pid in after}
    assert grown.pop(server.pid) <= MOST_GROWTH_MB
    assert sum(grown.values()) <= MOST_GROWTH_MB * len(grown) + answered * KEPT_BYTES / 2**20
