"""Servers of others, such as SAM's, started on a free port; `sparely run` is started by sparely_toolkit.local.serving."""

import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

START_LIMIT_S = 600
"""On a machine that has much else to do; a server that cannot start ends itself long before."""
ANSWER_LIMIT_S = 30
ENDS_WITHIN_S = 0.01
"""By itself a server of the standard library sees after half a second that it shall end."""


def free_port() -> int:
    """A port of loopback that nobody listens on, for programs that cannot choose one themselves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, server: "subprocess.Popen[bytes]", log: Path, *, health: str | None = None) -> None:
    """
    Return when the server takes connections; one that ends or takes too long is an error with its log.

    Args:
        health: the path that answers 200 once more than the port is there.
    """
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        if _is_well(port, health) if health else _takes_connections(port):
            return
        time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8')[-4_000:]}")


def _takes_connections(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_well(port: int, health: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=ANSWER_LIMIT_S)
    try:
        connection.request("GET", health)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def answering(server: socketserver.BaseServer) -> Iterator[None]:
    """Let a server answer in a thread until the block ends, and close it."""
    thread = threading.Thread(target=server.serve_forever, args=(ENDS_WITHIN_S,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def listening(
    command: Sequence[object],
    port: int,
    log: Path,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    health: str | None = None,
) -> Iterator[str]:
    """Run a server until the block ends, and give its address once its port takes connections, or `health` answers."""
    with (
        log.open("w") as output,
        subprocess.Popen([*map(str, command)], cwd=folder, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            wait_for_port(port, server, log, health=health)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(60)
