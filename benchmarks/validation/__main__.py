"""`python -m benchmarks.validation`: the simulation beside the local API, on the same steps, with the same users."""

import argparse
import os
import statistics
import sys
from datetime import datetime
from pathlib import Path

from benchmarks import delayed
from benchmarks.loads import add_service_options, put, served, service_of
from benchmarks.marks import write_between
from benchmarks.validation.comparison import CALM, HELD, SETTINGS, Compared, Setting, table
from sparely_toolkit.loadtest import invocations, measurements
from sparely_toolkit.loadtest.measurements import Totals
from sparely_toolkit.loadtest.page import markdown_table
from sparely_toolkit.loadtest.plan import clients
from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.loadtest.plan.quantiles import Quantiles
from sparely_toolkit.loadtest.shapes import Shape, Stage
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 when every setting agrees, 1 when one does not, else there was no run."""
    options = _parser().parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    busy = os.getloadavg()[0]
    try:
        project = service_of(options.service)
        compared = [_compare(setting, project, options) for setting in SETTINGS]
        text = (
            f"Measured {datetime.now():%Y-%m-%d}, {options.seconds:g} s a step, on a machine with {os.cpu_count()} "
            f"cores that had {busy:.1f} processes at work before it began.\n\n{markdown_table(table(compared))}"
        )
        print(text)
        if options.write:
            write_between(options.write, "validation", text)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    return 0 if all(each.agrees for each in compared) else 1


def _compare(setting: Setting, project: Project, options: argparse.Namespace) -> Compared:
    print(f"{setting.name} ...", file=sys.stderr, flush=True)
    template = project.built_template
    if setting.wait_ms is not None:
        template = delayed.write(
            options.output / "delayed", template, wait_ms=setting.wait_ms, concurrency=setting.concurrency
        )
    log, files = options.output / "validation-api.log", options.output / "validation"
    with served(template, log, concurrency=setting.concurrency) as host:
        before = put(CALM, host, project, files)
        shape = setting.shape(options.seconds)
        loaded = put(shape, host, project, files)
        after = put(CALM, host, project, files)
    measured = measurements.steps(loaded.samples, shape)
    inits_ms = invocations.read(log.read_text(encoding="utf-8")).inits_ms
    predicted = clients.follow(
        Shape("validation", tuple(Stage(max(stage.seconds, 60), stage.rate) for stage in shape.stages), setting.users),
        _times(before.total, after.total),
        Limits(setting.concurrency, requests_an_environment=None),
        init_ms=statistics.median(inits_ms),
    )
    # The first stage warms up; it is in neither.
    return Compared(
        setting,
        measurements.breaking_point(predicted[1:], HELD),
        measurements.breaking_point(measured[1:], HELD),
    )


def _times(before: Totals, after: Totals) -> Quantiles:
    """Response times without load: of two calm runs the better, for whatever else runs here only adds to them."""
    p50_ms, p95_ms = min(before.p50_ms, after.p50_ms), min(before.p95_ms, after.p95_ms)
    return Quantiles(p50_ms, p95_ms, p95_ms * 1.2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validation", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="length of a step")
    parser.add_argument("--write", type=Path, help="document with <!-- validation:begin --> to write into")
    add_service_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
