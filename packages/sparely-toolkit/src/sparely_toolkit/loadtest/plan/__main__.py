"""`python -m sparely_toolkit.loadtest.plan --profile diurnal`: measure the package, take a profile of traffic, say what it needs."""

import argparse
import json
import sys
from pathlib import Path

from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.local_api import BUILT
from sparely_toolkit.loadtest.plan import advice, assumptions, measured, plan_report, traffic
from sparely_toolkit.loadtest.plan.architectures import LAMBDA_HTTP, LAMBDA_REST, Pricing
from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.local import template
from sparely_toolkit.samconfig import read_stage
from sparely_toolkit.problems import Problem

PROBLEMS = (Problem, prices.UnknownPrice, measured.NotMeasured, traffic.UnreadableProfile)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0, 1 when no memory size keeps the limit, 2 when nothing could be planned."""
    given = _parser().parse_args(arguments)
    try:
        wanted = _wanted(given)
        found = advice.plan(wanted)
    except PROBLEMS as problem:
        print(problem, file=sys.stderr)
        return 2
    laid_out = plan_report.report(wanted, found)
    given.output.mkdir(parents=True, exist_ok=True)
    markdown, page = given.output / "plan.md", given.output / "plan.html"
    markdown.write_text(laid_out.markdown(), encoding="utf-8")
    page.write_text(laid_out.html(), encoding="utf-8")
    print(laid_out.markdown())
    print(f"Written: {markdown} and {page}")
    return 0 if found.chosen else 1


def _wanted(given: argparse.Namespace) -> advice.Wanted:
    deployment = template.read(given.template, read_stage(Path("samconfig.toml")))
    assumed = assumptions.read(given.assumptions)
    reserved = deployment.function.reserved_concurrency
    package = (
        measured.parse(json.loads(given.measured.read_text("utf-8")))
        if given.measured
        else measured.measure(deployment.function.artifact)
    )
    return advice.Wanted(
        measured=package.with_runtime(assumed.runtime.init_ms, assumed.runtime.request_ms),
        traffic=_traffic(given),
        limits=Limits(
            concurrency=given.concurrency or reserved or assumed.concurrency, idle_s=assumed.idle_minutes * 60
        ),
        pricing=Pricing(prices.load(given.region or deployment.function.region), assumed, free_tier=given.free_tier),
        p95_ms=given.p95_ms,
        gateway_ms=given.gateway_ms,
        speed=given.speed,
        architecture="arm64" if deployment.function.architecture == "arm64" else "x86_64",
        api=LAMBDA_HTTP if deployment.api.kind == "http" else LAMBDA_REST,
    )


def _traffic(given: argparse.Namespace) -> traffic.Traffic:
    if given.requests_per_second:
        return traffic.steady(given.requests_per_second)
    if given.requests_per_month:
        found = traffic.read(given.profile)
        return found.scaled_to(given.requests_per_month / (traffic.DAYS_A_MONTH * 86400))
    return traffic.read(given.profile)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sparely_toolkit.loadtest.plan", description=__doc__)
    parser.add_argument("--profile", default="diurnal", help="steady, diurnal, bursty, or a .toml or .csv file")
    parser.add_argument("--requests-per-second", type=float, help="the same rate all day, instead of a profile")
    parser.add_argument("--requests-per-month", type=float, help="the profile's course with this total")
    parser.add_argument("--p95-ms", type=float, default=100.0, help="latency limit at the client")
    parser.add_argument("--gateway-ms", type=float, default=10.0, help="what API Gateway and the network add")
    parser.add_argument("--speed", type=float, default=1.0, help="a vCPU of Lambda in cores of this machine")
    parser.add_argument("--region", help="for the prices; otherwise the deployment's own")
    parser.add_argument("--concurrency", type=int, help="instead of the reserved or the account's")
    parser.add_argument("--free-tier", action="store_true", help="count what is free every month")
    parser.add_argument("--measured", type=Path, help="output of `python -m sparely_toolkit.package.profile`, instead of running it")
    parser.add_argument("--assumptions", type=Path, default=assumptions.FILE)
    parser.add_argument("--template", type=Path, default=BUILT)
    parser.add_argument("--output", type=Path, default=Path("reports"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
