"""One plan: measure the package, take a profile of traffic, say what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sparely.package_size import LIMIT_BYTES
from sparely_toolkit.loadtest.cost import prices
from sparely_toolkit.loadtest.page import write_report
from sparely_toolkit.loadtest.plan import (
    advice,
    assumptions,
    measured,
    observed,
    plan_report,
    table_rate,
    tables,
    traffic,
)
from sparely_toolkit.loadtest.plan.advice import Demand
from sparely_toolkit.loadtest.plan.architectures import OF_KIND, Pricing
from sparely_toolkit.loadtest.plan.canary import read_rollouts
from sparely_toolkit.loadtest.plan.environments import Limits
from sparely_toolkit.loadtest.plan.memory import FULL_VCPU_MB
from sparely_toolkit.local.stage import local_stage
from sparely_toolkit.local.template import read, read_function, resources_of
from sparely_toolkit.names import BATCH_FUNCTION
from sparely_toolkit.package.measure import weigh
from sparely_toolkit.package.package_type import is_image
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

RANGES_AT_ONCE = 5
"""Of a template that has no function for tables: what a new one has."""


class TooSlow(Problem):
    """No memory size keeps the latency limit."""

    exit_code = ExitCode.NO

    def __init__(self, p95_ms: float) -> None:
        super().__init__(f"No memory size keeps a p95 of {p95_ms:g} ms; allow more, or make the models smaller.")


@dataclass(frozen=True, slots=True)
class Question:
    """
    What a plan is for.

    Attributes:
        profile: a sample of loadtest/profiles, or a .toml or .csv file.
        requests_per_second: the same rate all day, instead of a profile.
        requests_per_month: the profile's course with this total.
        requests_a_minute: of the service's own callers, for what a new version sees; otherwise the profile's.
        p95_ms: latency limit at the client.
        gateway_ms: what API Gateway, or a function URL, and the network add.
        speed: a vCPU of Lambda in cores of this machine.
        region: for the prices; otherwise the deployment's own, or the first that there are prices of.
        concurrency: instead of the reserved or the account's.
        free_tier: counts what is free every month.
        measured: output of `sparely profile`, instead of running it.
        assumptions: a file with what differs from the toolkit's.
        template: a built template, instead of the service's.
        overrides: values of parameters that go before the stage's.
    """

    stage: str
    output: Path
    profile: str = "diurnal"
    requests_per_second: float | None = None
    requests_per_month: float | None = None
    requests_a_minute: float | None = None
    p95_ms: float = 100.0
    gateway_ms: float = 10.0
    speed: float = 1.0
    region: str | None = None
    concurrency: int | None = None
    free_tier: bool = False
    measured: Path | None = None
    assumptions: Path | None = None
    template: Path | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)


def run_plan(project: Project, question: Question) -> None:
    """
    Plan, write the report and print it.

    Raises:
        TooSlow: no memory size keeps the limit.
        Problem: nothing could be planned.
    """
    demand = read_demand(project, question)
    plan = advice.plan(demand)
    write_report(plan_report.report(demand, plan), question.output / "plan")
    if not plan.chosen:
        raise TooSlow(question.p95_ms)


def run_table(project: Project, question: Question, rows: int, model: str | None) -> None:
    """
    Say what a table of so many rows takes and costs, write the report and print it.

    Args:
        model: `area/name`; the first of the service where there is none.

    Raises:
        Problem: something of it cannot be read or measured.
    """
    template = question.template or project.built_template
    stage = local_stage(project, question.stage, question.overrides, question.template)
    function = read(template, stage).function
    batch = read_function(template, stage, BATCH_FUNCTION) if BATCH_FUNCTION in resources_of(template, stage) else None
    assumed = assumptions.read(question.assumptions)
    package = measured.read(question.measured) if question.measured else measured.measure(function.artifact)
    asked = tables.Asked(
        rows=rows,
        rate=table_rate.measure(function, project.models, model),
        prices=_prices(question, function.region),
        assumptions=assumed,
        memory_mb=batch.memory_mb if batch else FULL_VCPU_MB,
        concurrency=question.concurrency or int(batch.variables["BATCH_CONCURRENCY"] if batch else RANGES_AT_ONCE),
        speed=question.speed,
        architecture="arm64" if function.architecture == "arm64" else "x86_64",
        init_s=(package.init_wall_ms + assumed.runtime.init_ms) / 1000,
    )
    write_report(tables.report(asked), question.output / "plan-table")


def _prices(question: Question, deployed: str) -> prices.Prices:
    """Of the region that was asked for, which has to be known, or of the deployment's, as far as that is."""
    return prices.load(question.region) if question.region else prices.of_deployment(deployed)


def read_demand(project: Project, question: Question) -> Demand:
    """
    What a plan has to meet, with what the package needs and what the template has.

    Raises:
        Problem: something of it cannot be read.
    """
    expected = _traffic(project, question)
    template = question.template or project.built_template
    stage = local_stage(project, question.stage, question.overrides, question.template)
    deployment = read(template, stage)
    assumed = assumptions.read(question.assumptions)
    function = deployment.function
    region_prices = _prices(question, function.region)
    package = measured.read(question.measured) if question.measured else measured.measure(function.artifact)
    image = is_image(template)
    weight = weigh(function.artifact, zips=not image)
    return Demand(
        measured=package.with_runtime(assumed.runtime.init_ms, assumed.runtime.request_ms),
        traffic=expected,
        limits=Limits(
            concurrency=question.concurrency or function.reserved_concurrency or assumed.limits.concurrency,
            idle_s=assumed.limits.idle_minutes * 60,
        ),
        pricing=Pricing(
            region_prices,
            assumed,
            free_tier=question.free_tier,
            observed=observed.read(project, deployment, template, stage),
        ),
        p95_ms=question.p95_ms,
        gateway_ms=question.gateway_ms,
        speed=question.speed,
        architecture="arm64" if function.architecture == "arm64" else "x86_64",
        memory_mb=function.memory_mb,
        api=OF_KIND[deployment.api.kind],
        rollouts=read_rollouts(template, stage, question.requests_a_minute),
        snapstart=function.properties.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions",
        zip_mb=weight.zipped / 1e6,
        fits_zip=not image and weight.unzipped <= LIMIT_BYTES,
        image_mb=weight.unzipped / 1e6 if image else None,
    )


def _traffic(project: Project, question: Question) -> traffic.Traffic:
    wanted = _wanted(project, question)
    if not wanted.mean_rate <= traffic.MOST_RATE:
        raise traffic.TooMuch(wanted.mean_rate)
    return wanted


def _wanted(project: Project, question: Question) -> traffic.Traffic:
    if question.requests_per_second:
        return traffic.steady(question.requests_per_second)
    course = traffic.read(question.profile, project.profiles)
    if question.requests_per_month:
        return course.scaled_to(question.requests_per_month / (traffic.DAYS_A_MONTH * 86400))
    return course
