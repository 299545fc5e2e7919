"""
How fast the local API is, beside `sam local start-api`: `python -m benchmarks.local_api.speed [--write]`.

Needs wrk; the table has its place in the page `local` of the toolkit. Run it on a machine that does nothing else.
"""

import argparse
import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sparely_toolkit
from benchmarks.local_api.alone import alone_ms
from benchmarks.local_api.load import Load, Target, memory_mb, one_by_one_ms, wrk
from benchmarks.marks import write_between
from benchmarks.results import circumstances_line
from sparely.bundle import Bundle, read_bundles
from sparely_toolkit.local import events, request, routes, template
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import RouteTable
from sparely_toolkit.local.serving import LocalServer, serving
from sparely_toolkit.local.settings import Deployment
from sparely_toolkit.package.sam_build import sam_environment
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project
from tests.support.servers import free_port, listening
from tests.support.services import built

DOCUMENT = Path(sparely_toolkit.__file__).with_name("docs") / "local.md"


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
    """Measure the local API; 3 where something is missing to measure it with."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.local_api.speed", description=main.__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="length of each load")
    parser.add_argument("--requests", type=int, default=20_000, help="requests between two looks at the memory")
    parser.add_argument(
        "--connections", type=int, default=2, help="of the load generator; more than environments throttles"
    )
    parser.add_argument("--environments", type=int, default=2, help="execution environments at once")
    parser.add_argument("--without-sam", action="store_true", help="leave `sam local start-api` out")
    parser.add_argument("--write", action="store_true", help=f"put the table into {DOCUMENT}")
    options = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        print("wrk is not installed (Debian's package is wrk).", file=sys.stderr)
        return 3
    return report(lambda: table(measure(options), options), "speed", into_document=options.write)


def report(measured: Callable[[], str], mark: str, *, into_document: bool) -> int:
    """Measure, print, and put what is printed between its marks; a sentence where nothing can be measured."""
    try:
        text = measured()
        print(text)
        if into_document:
            write_between(DOCUMENT, mark, text)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    return 0


def measure(options: argparse.Namespace) -> Figures:
    """Measure one after the other: alone, through the gateway, under load, over many requests, and SAM."""
    project = built()
    model = read_bundles(project.models)[0]
    path, body = f"/predict/{model.area}/{model.name}", one_row(model)
    deployment = template.read_built(project)
    alone = alone_ms(deployment.function, _event(deployment, path, body))
    with running(project, options.environments) as server:
        target = Target(server.port, path, body)
        through = one_by_one_ms(target)
        here = wrk(target, seconds=options.seconds, connections=options.connections)
        before = memory_mb(server.pid)
        sent = 0
        while sent < options.requests:
            sent += wrk(target, seconds=5, connections=options.connections).requests
        after = memory_mb(server.pid)
    there = None if options.without_sam else _sam(project, path, body, options)
    return Figures(here, there, alone, through, before, after, sent)


def one_row(model: Bundle) -> str:
    """A request with the first golden row of a model."""
    return json.dumps({"instances": [dict(model.instances[0])]})


def _event(deployment: Deployment, path: str, body: str) -> bytes:
    """Give the event that the gateway makes of the measured request."""
    now = request.now()
    headers = (("Host", "localhost"), ("Content-Type", "application/json"), ("Content-Length", str(len(body))))
    sent = HttpRequest("POST", path, headers, body.encode(), "127.0.0.1", "HTTP/1.1", 0, "id", "id", "Root=1", now)
    match = RouteTable(routes.read(deployment.api.body), trailing_slash_matters=True).find("POST", path)
    assert match is not None
    payload = "1.0" if deployment.api.kind == "rest" else "2.0"
    event = events.to_event(sent, match, payload=payload, stage=deployment.api.stage, region="us-east-1")
    return json.dumps(event).encode()


@contextlib.contextmanager
def running(project: Project, environments: int, built_template: Path | None = None) -> Iterator[LocalServer]:
    """Run `sparely run` without authorization; it writes its log, as it always does, so that is part of the figure."""
    options = ("--no-auth", "--concurrency", str(environments))
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "log"
        with serving(built_template or project.built_template, where, *options, project=project) as server:
            yield server


def _sam(project: Project, path: str, body: str, options: argparse.Namespace) -> Load | None:
    if shutil.which("docker") is None:
        return None
    port = free_port()
    command = [project.program("sam"), "local", "start-api", "--port", port, "--skip-pull-image"]
    with tempfile.TemporaryDirectory() as folder:
        started = listening(
            [*command, "--warm-containers", "EAGER"],
            port,
            Path(folder) / "log",
            folder=project.root,
            environment=sam_environment(),
        )
        with started:
            return wrk(Target(port, path, body), seconds=options.seconds, connections=options.connections)


def table(figures: Figures, options: argparse.Namespace) -> str:
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
        f"{circumstances_line()}; {options.environments} environments, wrk with {options.connections} connections on "
        f"the same cores, {options.seconds} s, one row a request."
    )
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows), "", how])


if __name__ == "__main__":
    sys.exit(main())
