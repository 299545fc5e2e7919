"""`python -m benchmarks.validation.__main__`: the simulation beside the local API, on the same steps, with the same users."""

import argparse
import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sparely_toolkit.loadtest import generator, local_api, marked, measurements, stand_in
from sparely_toolkit.loadtest.generator import Statistics
from sparely_toolkit.loadtest.measurements import Limits as Held
from sparely_toolkit.loadtest.measurements import Run, Step, Totals
from sparely_toolkit.loadtest.page import Table, markdown_table
from sparely_toolkit.loadtest.plan import clients
from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.loadtest.plan.quantiles import Quantiles
from sparely_toolkit.loadtest.run_settings import RunSettings
from sparely_toolkit.loadtest.shapes import Shape, Stage
from sparely_toolkit.problems import Problem

TOLERANCE = 0.25
STAIR = 1.15
HELD = Held(failed_percent=1.0, p95_ms=300.0, answered_percent=70.0)
"""Seven tenths of the offered: with few users in short steps, a tenth less is chance."""
WARM_UP_S = 4.0
CALM = Shape("calm", (Stage(6, 20.0),), 1)
PROBLEMS = (Problem, generator.GeneratorFailed, local_api.NotServed, marked.NoMarks)


@dataclass(frozen=True, slots=True)
class Setting:
    """A service of known concurrency, and steps around where it should break; without `wait_ms`, the package alone."""

    name: str
    concurrency: int
    users: int
    wait_ms: float | None
    lowest: float
    stairs: int = 8

    def shape(self, seconds: float) -> Shape:
        rates = [self.lowest * STAIR**n for n in range(self.stairs)]
        stages = (Stage(WARM_UP_S, self.lowest), *(Stage(seconds, rate) for rate in rates))
        return Shape("validate", stages, self.users)


SETTINGS = (
    Setting("one environment, 10 ms of work, one user", 1, 1, 10.0, 55),
    Setting("two environments, 10 ms of work, two users", 2, 2, 10.0, 110),
    Setting("throttled: eight environments, 20 ms of work, sixty users", 8, 60, 20.0, 80),
    Setting("the package alone, one environment, one user", 1, 1, None, 150),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Breaking step as predicted and as measured; None where not even the lowest step held."""

    setting: Setting
    predicted: Step | None
    measured: Step | None

    @property
    def agrees(self) -> bool:
        """Both the breaking point and the p95 there are within a quarter of what was measured."""
        if self.predicted is None or self.measured is None:
            return False
        return _near(self.predicted.offered, self.measured.offered) and _near(
            self.predicted.p95_ms, self.measured.p95_ms
        )


def _near(predicted: float, measured: float) -> bool:
    return abs(predicted - measured) <= TOLERANCE * measured


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 when every setting agrees, 1 when one does not, 2 when there was no run."""
    given = _parser().parse_args(arguments)
    given.output.mkdir(parents=True, exist_ok=True)
    busy = os.getloadavg()[0]
    try:
        compared = [_compare(setting, given) for setting in SETTINGS]
        text = (
            f"Measured {datetime.now():%Y-%m-%d}, {given.seconds:g} s a step, on a machine with {os.cpu_count()} cores "
            f"that had {busy:.1f} processes at work before it began.\n\n{markdown_table(table(compared))}"
        )
        print(text)
        if given.write:
            marked.write_between(given.write, "validation", text)
    except PROBLEMS as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0 if all(each.agrees for each in compared) else 1


def _compare(setting: Setting, given: argparse.Namespace) -> Compared:
    print(f"{setting.name} ...", file=sys.stderr, flush=True)
    built = given.template
    if setting.wait_ms is not None:
        built = stand_in.write(
            given.output / "stand-in", built, wait_ms=setting.wait_ms, concurrency=setting.concurrency
        )
    log = given.output / "validate-api.log"
    with local_api.serving(log, template=built, concurrency=setting.concurrency) as host:
        before = _run(CALM, host, given)
        shape = setting.shape(given.seconds)
        loaded = _run(shape, host, given)
        after = _run(CALM, host, given)
    measured = measurements.steps(loaded.samples, shape)
    invocations = local_api.read_invocations(log.read_text(encoding="utf-8"))
    predicted = clients.follow(
        Shape("validate", tuple(Stage(max(stage.seconds, 60), stage.rate) for stage in shape.stages), setting.users),
        _times(before.total, after.total),
        Limits(setting.concurrency, requests_an_environment=None),
        init_ms=statistics.median(invocations.inits_ms),
    )
    # The first stage warms up; it is in neither.
    return Compared(
        setting,
        measurements.breaking_point(predicted[1:], HELD),
        measurements.breaking_point(measured[1:], HELD),
    )


def _run(shape: Shape, host: str, given: argparse.Namespace) -> Run:
    files = Statistics(given.output / "validate")
    settings = RunSettings(shape, given.models, "none", files.distribution, seed=1)
    generator.generate(settings, host, files)
    return measurements.read(files)


def _times(before: Totals, after: Totals) -> Quantiles:
    """Response times without load: of two calm runs the better, for whatever else runs here only adds to them."""
    p50_ms, p95_ms = min(before.p50_ms, after.p50_ms), min(before.p95_ms, after.p95_ms)
    return Quantiles(p50_ms, p95_ms, p95_ms * 1.2)


def table(compared: Sequence[Compared]) -> Table:
    """Lay the comparison out."""

    def cells(step: Step | None) -> list[str]:
        return ["below the steps", "-"] if step is None else [f"{step.offered:.1f}/s", f"{step.p95_ms:.0f}"]

    rows = [
        [each.setting.name, *cells(each.predicted), *cells(each.measured), "yes" if each.agrees else "no"]
        for each in compared
    ]
    head = ["Setting", "Predicted to break at", "p95 ms", "Measured to break at", "p95 ms", "Within 25 %"]
    return Table(head, rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validation.__main__", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="length of a step")
    parser.add_argument("--write", type=Path, help="document with <!-- validation:begin --> to write into")
    parser.add_argument("--template", type=Path, default=local_api.BUILT)
    parser.add_argument("--models", type=Path, default=Path("src/models"))
    parser.add_argument("--output", type=Path, default=Path("reports"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
