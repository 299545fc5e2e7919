"""Servers of others, such as SAM's, started on a free port; `sparely run` is started by sparely_toolkit.local.serving."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_LIMIT_S = 90


def free_port() -> int:
    """A port of loopback that nobody listens on, for programs that cannot choose one themselves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the server takes connections; one that ends or takes too long is an error with its log."""
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8')[-4_000:]}")


@contextmanager
def listening(
    command: Sequence[object],
    port: int,
    log: Path,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Run a server until the block ends, and give its address once its port takes connections."""
    with (
        log.open("w") as output,
        subprocess.Popen([*map(str, command)], cwd=folder, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            wait_for_port(port, server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(60)
