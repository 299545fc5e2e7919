"""What is compared: how each architecture is started, and which of the story's tests stands beside it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Contestant:
    """
    One architecture.

    Attributes:
        story: position of the story's test of the same architecture, None where it has none.
    """

    key: str
    title: str
    command: tuple[str, ...]
    story: int | None


LAMBDA = Contestant("lambda", "Inference inside Lambda", ("-m", "sparely_toolkit.local", "--no-auth", "--concurrency", "8"), 2)
DIRECT = Contestant(
    "direct", "Mapping templates, SageMaker endpoint", ("-m", "architectures", "direct", "--workers", "1"), 1
)
MULTI_MODEL = Contestant(
    "multi-model",
    "Thin Lambda, multi-model endpoint",
    ("-m", "architectures", "multi-model", "--workers", "1", "--concurrency", "8"),
    None,
)
SEQUENTIAL = Contestant(
    "sequential",
    "The same, one call for each model, as in the story",
    ("-m", "architectures", "multi-model", "--workers", "1", "--concurrency", "8", "--calls", "model"),
    0,
)
CONTESTANTS = (LAMBDA, MULTI_MODEL, SEQUENTIAL, DIRECT)


class NotServed(Exception):
    """An architecture did not start; carries what it printed."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running architecture."""

    url: str
    pid: int
    log: Path


@contextmanager
def serving(contestant: Contestant, log: Path) -> Iterator[Served]:
    """
    Run an architecture for a block.

    Raises:
        NotServed: it ended before it listened.
    """
    port = _free_port()
    environment = {**os.environ, "LOG_SAMPLE_RATE": "1"}
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [sys.executable, *contestant.command, "--port", str(port)],
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, port, log)
            yield Served(f"http://127.0.0.1:{port}", process.pid, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise NotServed(log.read_text(encoding="utf-8")[-3000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
