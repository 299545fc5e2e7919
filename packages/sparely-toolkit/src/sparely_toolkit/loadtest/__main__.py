"""`python -m sparely_toolkit.loadtest --shape steps`: put load on the service, report what came, fail when a threshold is broken."""

import argparse
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from sparely_toolkit.loadtest import authorization, generator, local_api, measurements, report, shapes, thresholds
from sparely_toolkit.loadtest.generator import Statistics
from sparely_toolkit.loadtest.instances import NoModels
from sparely_toolkit.loadtest.report import Facts
from sparely_toolkit.loadtest.run_settings import RunSettings
from sparely_toolkit.local import template
from sparely_toolkit.samconfig import read_stage
from sparely_toolkit.problems import Problem

PROBLEMS = (
    Problem,
    NoModels,
    authorization.NotAuthorized,
    generator.GeneratorFailed,
    local_api.NotServed,
    shapes.UnknownShape,
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 when all thresholds are kept, 1 when not, 2 when there was no run."""
    given = _parser().parse_args(arguments)
    try:
        facts = _run(given)
    except PROBLEMS as problem:
        print(problem, file=sys.stderr)
        return 2
    laid_out = report.report(facts)
    given.output.mkdir(parents=True, exist_ok=True)
    markdown, page = (given.output / f"load-{facts.shape.name}{suffix}" for suffix in (".md", ".html"))
    markdown.write_text(laid_out.markdown(), encoding="utf-8")
    page.write_text(laid_out.html(), encoding="utf-8")
    print(laid_out.markdown())
    print(f"Written: {markdown} and {page}")
    return 1 if facts.breaches else 0


def _run(given: argparse.Namespace) -> Facts:
    shape = shapes.shape(given.shape, rate=given.rate, pace=given.pace)
    gate = thresholds.read(given.thresholds)
    given.output.mkdir(parents=True, exist_ok=True)
    statistics = Statistics(given.output / f"load-{shape.name}")
    deployment = template.read(given.template, read_stage(Path("samconfig.toml")))
    settings = RunSettings(
        shape=shape,
        models=given.models,
        authorization=authorization.kind(deployment.api.body),
        distribution=statistics.distribution,
        seed=given.seed,
    )
    log = given.output / f"load-{shape.name}-api.log"
    with ExitStack() as stack:
        host = given.host or stack.enter_context(
            local_api.serving(log, template=given.template, concurrency=given.concurrency)
        )
        authorization.headers(settings.authorization, host)
        print(f"{shape.name}: {shape.seconds:g} s, up to {shape.peak:g} requests a second, on {host}", flush=True)
        generator.generate(settings, host, statistics, workers=given.workers, more=tuple(given.locust))
    run = measurements.read(statistics)
    steps = measurements.steps(run.samples, shape)
    breaking = measurements.breaking_point(steps, gate.limits)
    return Facts(
        shape=shape,
        host=given.host or "this machine (python -m sparely_toolkit.local)",
        when=f"{datetime.now():%Y-%m-%d %H:%M}",
        run=run,
        steps=steps,
        breaking=breaking,
        limits=gate.limits,
        invocations=None if given.host else local_api.read_invocations(log.read_text(encoding="utf-8")),
        breaches=[str(breach) for breach in gate.breaches(shape.name, run.total, breaking)],
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sparely_toolkit.loadtest", description=__doc__)
    parser.add_argument(
        "--shape", default="smoke", help=", ".join(f"{k}: {t.description}" for k, t in shapes.TABLES.items())
    )
    parser.add_argument("--host", help="URL of the service; without it `python -m sparely_toolkit.local` runs for the time of the test")
    parser.add_argument("--workers", type=int, default=0, help="worker processes of Locust's distributed mode")
    parser.add_argument("--rate", type=float, help="peak in requests a second, instead of the shape's own")
    parser.add_argument("--pace", type=float, default=1.0, help="2 runs every stage in half its time")
    parser.add_argument("--concurrency", type=int, default=10, help="invocations at once of the local service")
    parser.add_argument("--template", type=Path, default=local_api.BUILT)
    parser.add_argument("--models", type=Path, default=Path("src/models"))
    parser.add_argument("--thresholds", type=Path, default=thresholds.FILE)
    parser.add_argument("--output", type=Path, default=Path("reports"))
    parser.add_argument("--seed", type=int, help="draw the same requests at the same moments again")
    parser.add_argument("locust", nargs="*", help="after --: further arguments for Locust, as --master")
    return parser


if __name__ == "__main__":
    sys.exit(main())
