"""`python -m benchmarks.story`: the story's three load tests, simulated, and with --measure put on this machine."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from benchmarks import delayed
from benchmarks.loads import add_service_options, put, served, service_of
from benchmarks.marks import write_between
from benchmarks.story.scenario import LoadTest, price, read, reproduce
from sparely_toolkit.loadtest.cost.bill import HOURS_A_MONTH
from sparely_toolkit.loadtest.measurements import Totals
from sparely_toolkit.loadtest.page import Table, markdown_table
from sparely_toolkit.loadtest.shapes import Shape
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    options = _parser().parse_args(arguments)
    try:
        text = markdown_table(_simulated()) + "\n\n" + _bill_text()
        print(text, flush=True)
        if options.write:
            write_between(options.write, "story", text)
        if options.measure:
            project = service_of(options.service)
            measured = _measured_text([(test, _measure(test, project, options)) for test in read()], options)
            print("\n" + measured)
            if options.write:
                write_between(options.write, "measured", measured)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    return 0


def _simulated() -> Table:
    rows = []
    for test in read():
        outcome = reproduce(test)
        capacity = "none met" if test.capacity is None else f"{test.capacity:g}"
        story = [f"{test.total:,}" if test.total else "not given", f"{test.failed_percent:.2f}"]
        simulated = [f"{outcome.offered:,.0f}", f"{outcome.throttled_percent:.2f}"]
        rows.append([test.name, capacity, f"{test.offered:g}", *story, *simulated])
    head = [
        "Architecture",
        "Capacity a second",
        "Offered a second",
        "Story's total",
        "Story's failed %",
        "Simulated total",
        "Simulated failed %",
    ]
    return Table(head, rows)


def _bill_text() -> str:
    costs = price()
    return (
        f"Before: {costs.before_usd:.2f} USD a month for the endpoint ({HOURS_A_MONTH:g} hours) and API Gateway. "
        f"After: {costs.after_usd:.2f} USD for Lambda, {costs.less_percent:.0f} % less."
    )


def _measure(test: LoadTest, project: Project, options: argparse.Namespace) -> Totals:
    print(f"{test.name} ...", file=sys.stderr, flush=True)
    rate, template = test.offered * options.scale, project.built_template
    concurrency = options.unlimited
    if test.capacity:
        concurrency = options.slots
        wait_ms = concurrency / (test.capacity * options.scale) * 1000 - options.answer_ms
        template = delayed.write(options.output / "delayed", template, wait_ms=wait_ms, concurrency=concurrency)
    options.output.mkdir(parents=True, exist_ok=True)
    # Twice a second at most for each user: one who waits for a served answer must not keep others from failing.
    shape = Shape("story", test.stages(rate=rate, seconds=options.seconds), users=max(1, round(rate / 2)))
    with served(template, options.output / "story-api.log", concurrency=concurrency) as host:
        return put(shape, host, project, options.output / "story").total


def _measured_text(measured: Sequence[tuple[LoadTest, Totals]], options: argparse.Namespace) -> str:
    rows = [
        [test.name, f"{test.offered * options.scale:.1f}", f"{total.rate:.1f}", f"{total.requests:,}",
         f"{total.failed_percent:.2f}", f"{test.failed_percent:.2f}", f"{total.p50_ms:g}", f"{total.p95_ms:g}"]
        for test, total in measured
    ]  # fmt: skip
    head = [
        "Architecture",
        "Offered a second",
        "Asked a second",
        "Total",
        "Failed %",
        "Story's failed %",
        "p50 ms",
        "p95 ms",
    ]
    note = (
        f"Measured {datetime.now():%Y-%m-%d} with {options.scale:g} of the story's rates and capacities "
        f"for {options.seconds:g} s each. "
        "The first two are the built service behind a wait and a limit, with the endpoint's capacity."
    )
    return f"{note}\n\n{markdown_table(Table(head, rows))}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.story", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="also put the three loads on this machine")
    parser.add_argument(
        "--scale", type=float, default=0.3, help="share of the story's rates and capacities to measure with"
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="length of a measured load")
    parser.add_argument("--unlimited", type=int, default=50, help="environments of the third test at most")
    parser.add_argument("--slots", type=int, default=8, help="environments of an architecture with a capacity")
    parser.add_argument("--answer-ms", type=float, default=2.0, help="what it takes beside its wait")
    parser.add_argument("--write", type=Path, help="document with the marks story and measured to write into")
    add_service_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
