"""`sparely run` as a process of its own: how load tests, rehearsals, benchmarks and tests start it."""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project

_READY = re.compile(r"^Serving \S+ on (http://\S+)$", re.MULTILINE)
_START_LIMIT_S = 60.0
_STOP_LIMIT_S = 60.0
_LOOK_S = 0.05


class NotServed(Problem):
    """The local server ended, or said nothing, before it listened; carries what it printed."""

    def __init__(self, printed: str) -> None:
        super().__init__(f"`sparely run` did not start:\n{printed.strip()}")


@dataclass(frozen=True, slots=True)
class LocalServer:
    """
    A running local server.

    Attributes:
        url: where it listens, without a slash at the end.
        pid: of what was started: the server, whose execution environments are processes of their own.
        log: all that the server and the function print.
    """

    url: str
    pid: int
    log: Path

    @property
    def port(self) -> int:
        """The port that the system chose."""
        return int(self.url.rpartition(":")[2])


@contextlib.contextmanager
def serving(
    template: Path,
    log: Path,
    *options: str,
    project: Project | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[LocalServer]:
    """
    Serve a built template on a free port until the block ends.

    Args:
        log: a file for all that the server and the function print.
        options: of `sparely run`, such as `--no-auth`.
        project: the service whose samconfig.toml and openapi.yaml hold; otherwise none has a say, but for the
            one that the calling process is in.
        environment: variables over those of this process.

    Raises:
        NotServed: it ended before it listened, or does not listen within a minute.
    """
    service = ["--service", str(project.root)] if project is not None else []
    command = [sys.executable, "-m", "sparely_toolkit", *service, "run", "--template", str(template), "--port", "0"]
    with started([*command, *options], log, environment={**os.environ, **(environment or {})}) as server:
        yield server


@contextlib.contextmanager
def started(
    command: Sequence[str],
    log: Path,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    start_limit_s: float = _START_LIMIT_S,
) -> Iterator[LocalServer]:
    """
    Run a command that serves, such as `make run PORT=0` in a service's folder, until the block ends.

    Args:
        log: a file for all that it prints.
        folder: where it runs; otherwise where this process does.
        environment: all of its variables; otherwise this process'.
        start_limit_s: how long it may take, with what it installs and builds first.

    Raises:
        NotServed: it ended before it listened, or does not listen in time.
    """
    with (
        log.open("w", encoding="utf-8") as stream,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=stream, stderr=stream) as process,
    ):
        try:
            yield LocalServer(_wait_for_url(process, log, start_limit_s), process.pid, log)
        finally:
            process.terminate()
            process.wait(_STOP_LIMIT_S)


def _wait_for_url(process: subprocess.Popen[bytes], log: Path, start_limit_s: float) -> str:
    """Wait for the line that names the address: it is written when the port takes connections."""
    deadline = time.monotonic() + start_limit_s
    while True:
        ended = process.poll() is not None
        ready = _READY.search(log.read_text(encoding="utf-8", errors="replace"))
        if ready:
            return ready[1]
        if ended or time.monotonic() > deadline:
            raise NotServed(log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(_LOOK_S)
