"""The service on this machine for the time of a run, and what its log says afterwards."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BUILT = Path(".aws-sam/build/template.yaml")
_START_LIMIT_S = 30.0
_REPORT = re.compile(
    r"^REPORT .*\tDuration: (?P<ms>[\d.]+) ms\tBilled Duration: (?P<billed>\d+) ms"
    r".*\tMax Memory Used: (?P<peak>\d+|unknown)(?: MB)?(?:\tInit Duration: (?P<init>[\d.]+) ms)?",
    re.MULTILINE,
)


class NotServed(Exception):
    """The local API did not start; carries what it printed."""

    def __init__(self, printed: str) -> None:
        super().__init__(f"`python -m sparely_toolkit.local` did not start:\n{printed.strip()}")


@dataclass(frozen=True, slots=True)
class Invocations:
    """What the REPORT lines of a run say; durations in ms, in the order of the invocations."""

    durations_ms: tuple[float, ...]
    billed_ms: int
    inits_ms: tuple[float, ...]
    peak_memory_mb: int

    @property
    def cold_starts(self) -> int:
        return len(self.inits_ms)


def read_invocations(printed: str) -> Invocations:
    """Read Lambda's REPORT lines out of a log."""
    lines = list(_REPORT.finditer(printed))
    return Invocations(
        durations_ms=tuple(float(line["ms"]) for line in lines),
        billed_ms=sum(int(line["billed"]) for line in lines),
        inits_ms=tuple(float(line["init"]) for line in lines if line["init"]),
        peak_memory_mb=max((int(line["peak"]) for line in lines if line["peak"] != "unknown"), default=0),
    )


@contextmanager
def serving(log: Path, *, template: Path = BUILT, concurrency: int = 10) -> Iterator[str]:
    """
    Serve a built template on a free port, without authorization; gives the URL.

    Raises:
        NotServed: it ended before it listened.
    """
    port = _free_port()
    command = [sys.executable, "-m", "sparely_toolkit.local", "--port", str(port), "--template", str(template)]
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [*command, "--concurrency", str(concurrency), "--no-auth"], stdout=stream, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_it_listens(process, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _wait_until_it_listens(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    limit = time.monotonic() + _START_LIMIT_S
    while process.poll() is None and time.monotonic() < limit:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise NotServed(log.read_text(encoding="utf-8"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
