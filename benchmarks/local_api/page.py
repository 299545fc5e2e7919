"""
How fast the local API is, beside `sam local start-api`: `python -m benchmarks.local_api.page` measures and prints a table.

Needs the built service and wrk; with `--write` the table takes its place in docs/local.md. Run it on a machine
that does nothing else. Its parts: how load is made (local.speed_load), what the runtime client alone takes
(local.speed_alone).
"""

import argparse
import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sparely_toolkit.local import events, request, routes, samconfig, template
from sparely_toolkit.problems import Problem
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import RouteTable
from benchmarks.local_api.alone import alone_ms
from benchmarks.local_api.load import Load, Target, free_port, memory_mb, one_by_one_ms, wait_for, wrk
from sparely_toolkit.local.template import Deployment

BUILT = Path(".aws-sam/build/template.yaml")
DOCUMENT = Path("docs/local.md")
SAM = str(Path(sys.executable).with_name("sam"))


@dataclass(frozen=True)
class Figures:
    """What was measured; None where something was missing."""

    here: Load
    there: Load | None
    alone_ms: float
    through_ms: float
    memory_before_mb: float
    memory_after_mb: float
    requests: int


def main(arguments: list[str] | None = None) -> int:
    """Measure; 1 when there is nothing to measure or nothing to measure with."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.local_api.page", description="Measure the local API.")
    parser.add_argument("--seconds", type=int, default=10, help="length of each load")
    parser.add_argument("--requests", type=int, default=20_000, help="requests between two looks at the memory")
    parser.add_argument(
        "--connections", type=int, default=2, help="of the load generator; more than environments throttles"
    )
    parser.add_argument("--environments", type=int, default=2, help="execution environments at once")
    parser.add_argument("--without-sam", action="store_true", help="leave `sam local start-api` out")
    parser.add_argument("--write", action="store_true", help=f"put the table into {DOCUMENT}")
    given = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        print("wrk is not installed (Debian's package is wrk).", file=sys.stderr)
        return 1
    return tell(lambda: table(measure(given), given), "speed", into_document=given.write)


def tell(measured: Callable[[], str], mark: str, *, into_document: bool) -> int:
    """Measure and print, and put what is printed between its marks; 1 and a sentence where nothing can be measured."""
    try:
        text = measured()
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    print(text)
    if into_document:
        write(text, mark)
    return 0


def measure(given: argparse.Namespace) -> Figures:
    """Measure one after the other: alone, through the gateway, under load, over many requests, and SAM."""
    deployment = template.read(BUILT, samconfig.read(Path("samconfig.toml"), "default"))
    golden = next(iter(sorted(Path("src/models").glob("*/*/golden.json"))))
    path = f"/predict/{golden.parent.parent.name}/{golden.parent.name}"
    body = json.dumps({"instances": json.loads(golden.read_text("utf-8"))["instances"][:1]})
    alone = alone_ms(deployment.function, _event(deployment, path, body))
    with serving(given.environments) as (port, pid):
        target = Target(port, path, body)
        through = one_by_one_ms(target)
        here = wrk(target, seconds=given.seconds, connections=given.connections)
        before = memory_mb(pid)
        sent = 0
        while sent < given.requests:
            sent += wrk(target, seconds=5, connections=given.connections).requests
        after = memory_mb(pid)
    there = None if given.without_sam else _sam(path, body, given)
    return Figures(here, there, alone, through, before, after, sent)


def _event(deployment: Deployment, path: str, body: str) -> bytes:
    """Give the event that the gateway makes of the measured request."""
    now = request.now()
    headers = (("Host", "localhost"), ("Content-Type", "application/json"), ("Content-Length", str(len(body))))
    asked = HttpRequest("POST", path, headers, body.encode(), "127.0.0.1", "HTTP/1.1", 0, "id", "id", "Root=1", now)
    match = RouteTable(routes.read(deployment.api.body), trailing_slash_matters=True).find("POST", path)
    assert match is not None
    payload = "1.0" if deployment.api.kind == "rest" else "2.0"
    event = events.to_event(asked, match, payload=payload, stage=deployment.api.stage, region="us-east-1")
    return json.dumps(event).encode()


@contextlib.contextmanager
def serving(environments: int, built: Path = BUILT) -> Iterator[tuple[int, int]]:
    """Run `python -m sparely_toolkit.local`; its log goes where a terminal's would, so writing it is part of the figure."""
    port = free_port()
    command = [sys.executable, "-m", "sparely_toolkit.local", "--template", str(built), "--port", str(port), "--no-auth"]
    command += ["--concurrency", str(environments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield port, process.pid
        finally:
            process.terminate()


def _sam(path: str, body: str, given: argparse.Namespace) -> Load | None:
    if shutil.which("docker") is None or not Path(SAM).is_file():
        return None
    port = free_port()
    command = [SAM, "local", "start-api", "--port", str(port), "--skip-pull-image", "--warm-containers", "EAGER"]
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            return wrk(Target(port, path, body), seconds=given.seconds, connections=given.connections)
        finally:
            process.terminate()


def table(figures: Figures, given: argparse.Namespace) -> str:
    """Write what was measured, with date and machine."""
    added = figures.through_ms - figures.alone_ms
    rows = [
        ("requests a second, here", f"{figures.here.rate:,.0f}"),
        ("latency p50 / p99 under that load", f"{figures.here.p50_ms:.2f} / {figures.here.p99_ms:.2f} ms"),
        ("requests, of them failed", f"{figures.here.requests:,}, {figures.here.failed}"),
        ("latency p50, one after the other", f"{figures.through_ms:.2f} ms"),
        ("the runtime client alone, p50", f"{figures.alone_ms:.2f} ms"),
        ("added by the gateway, p50", f"{added:.2f} ms"),
        (
            f"memory of the server before and after {figures.requests:,} requests",
            f"{figures.memory_before_mb:.1f} MB, {figures.memory_after_mb:.1f} MB",
        ),
    ]
    if figures.there is not None:
        there = figures.there
        rows.append(("requests a second, `sam local start-api --warm-containers EAGER`", f"{there.rate:,.1f}"))
        rows.append(("its latency p50 / p99, failed", f"{there.p50_ms:.0f} / {there.p99_ms:.0f} ms, {there.failed}"))
        rows.append(("times as many requests", f"{figures.here.rate / there.rate:.0f}" if there.rate else "–"))
    how = (
        f"{machine()}; {given.environments} environments, wrk with {given.connections} connections on the same cores, "
        f"{given.seconds} s, one row a request."
    )
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows), "", how])


def machine() -> str:
    """Give the date and the machine, as figures are told with."""
    cores = f"{os.cpu_count()} cores of {_processor()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {cores}, Python {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def write(text: str, mark: str) -> None:
    """Put a table between its marks in the document."""
    begin, end = f"<!-- {mark} -->\n", f"<!-- /{mark} -->"
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    DOCUMENT.write_text(f"{before}{begin}{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
