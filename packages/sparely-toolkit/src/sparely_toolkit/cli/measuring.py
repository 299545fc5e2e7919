"""`sparely load` and `sparely plan`: what the built package takes, and what traffic needs and costs."""

from pathlib import Path
from typing import Annotated

import typer

from sparely_toolkit.cli.application import DEFAULT_STAGE, StageOption, above_zero, app, project_of
from sparely_toolkit.cli.first import build_first
from sparely_toolkit.cli.progress import step
from sparely_toolkit.cli.serving import OverridesOption, TemplateOption, overrides_of
from sparely_toolkit.loadtest.shapes import TABLES, require_shape
from sparely_toolkit.problems import ExitCode, Problem

OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="FOLDER", help="For what is written; otherwise reports/.")
]


@app.command()
def load(
    context: typer.Context,
    locust: Annotated[
        list[str] | None,
        typer.Argument(metavar="LOCUST", help="After --: further options for Locust, as --master.", show_default=False),
    ] = None,
    shape: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            callback=require_shape,
            help="; ".join(f"{name}: {table.description}" for name, table in TABLES.items()),
        ),
    ] = "smoke",
    host: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The service; otherwise the built package is served here meanwhile."),
    ] = None,
    workers: Annotated[
        int, typer.Option(metavar="N", min=0, help="Worker processes of Locust's distributed mode.")
    ] = 0,
    rate: Annotated[
        float | None,
        typer.Option(metavar="N", callback=above_zero, help="Peak in requests a second, instead of the shape's own."),
    ] = None,
    pace: Annotated[
        float, typer.Option(metavar="X", callback=above_zero, help="2 runs every stage in half its time.")
    ] = 1.0,
    concurrency: Annotated[
        int, typer.Option(metavar="N", min=1, help="Invocations at once of the local service.")
    ] = 10,
    stage: StageOption = DEFAULT_STAGE,
    template: TemplateOption = None,
    models: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Whose golden rows are asked.")] = None,
    thresholds: Annotated[Path | None, typer.Option(metavar="FILE", help="What the run must keep.")] = None,
    output: OutputOption = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Draw the same requests at the same moments again.")
    ] = None,
) -> None:
    """
    Put load on the service and report what came; ends with 1 when a threshold of loadtest/ is broken.

    With --host, what the API asks of its clients comes from the environment: AWS credentials, with which requests are
    signed by SigV4 for the service execute-api (HTTP API) or lambda (function URL); LOAD_BEARER_TOKEN; LOAD_API_KEY.
    """
    from sparely_toolkit.loadtest.load import Load, run_load

    project = project_of(context)
    if template is None:
        build_first(project)
    test = Load(
        shape=shape,
        stage=stage,
        output=output or project.reports,
        models=models or project.models,
        thresholds=thresholds or project.thresholds,
        host=host,
        workers=workers,
        rate=rate,
        pace=pace,
        concurrency=concurrency,
        template=template,
        seed=seed,
        locust=tuple(locust or ()),
    )
    run_load(project, test)


PROFILE = "diurnal"


class Contradiction(Problem):
    """Two options of a plan are about different things."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, why: str, needless: set[str]) -> None:
        super().__init__(f"{why}: leave out {', '.join(sorted(needless))}.")


@app.command()
def plan(
    context: typer.Context,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"One of loadtest/profiles, or a .toml or .csv file; otherwise {PROFILE}."),
    ] = None,
    requests_per_second: Annotated[
        float | None,
        typer.Option(metavar="N", callback=above_zero, help="The same rate all day, instead of a profile."),
    ] = None,
    requests_per_month: Annotated[
        float | None, typer.Option(metavar="N", callback=above_zero, help="The profile's course with this total.")
    ] = None,
    requests_a_minute: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            callback=above_zero,
            help="Of your own callers, for the chance that a canary gets nothing; otherwise the profile's.",
        ),
    ] = None,
    p95_ms: Annotated[
        float, typer.Option(metavar="MS", callback=above_zero, help="Latency limit at the client.")
    ] = 100.0,
    gateway_ms: Annotated[
        float,
        typer.Option(
            metavar="MS", callback=above_zero, help="What API Gateway, or a function URL, and the network add."
        ),
    ] = 10.0,
    speed: Annotated[
        float, typer.Option(metavar="X", callback=above_zero, help="A vCPU of Lambda in cores of this machine.")
    ] = 1.0,
    region: Annotated[
        str | None, typer.Option(metavar="NAME", help="For the prices; otherwise the stage's own.")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Instead of the reserved or the account's.")
    ] = None,
    free_tier: Annotated[bool, typer.Option("--free-tier", help="Count what is free every month.")] = False,
    stage: StageOption = DEFAULT_STAGE,
    template: TemplateOption = None,
    measured: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What `sparely profile` has printed, instead of measuring.")
    ] = None,
    assumptions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What you know better than the plan assumes, as TOML.")
    ] = None,
    output: OutputOption = None,
    parameter_overrides: OverridesOption = None,
    rows: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Of a table: what scoring it takes and costs, instead of traffic."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="AREA/MODEL", help="Which scores --rows; otherwise the first.")
    ] = None,
    prices: Annotated[
        bool, typer.Option("--prices", help="Only say where the prices come from; ends with 1 for old ones.")
    ] = False,
) -> None:
    """
    Say what traffic needs and costs, by memory size and architecture; ends with 1 when no size is fast enough.

    With --rows: what scoring a table takes and costs, here, on AWS in one invocation and in ranges, and on SageMaker.
    """
    if prices:
        _print_prices()
        return
    course = {
        "--profile": profile,
        "--requests-per-second": requests_per_second,
        "--requests-per-month": requests_per_month,
        "--requests-a-minute": requests_a_minute,
    }
    _look_for_contradictions({name for name, value in course.items() if value is not None}, rows, model)
    from sparely_toolkit.loadtest.plan.planning import Question, run_plan, run_table

    project = project_of(context)
    if template is None:
        build_first(project)
    question = Question(
        stage=stage,
        output=output or project.reports,
        profile=profile or PROFILE,
        requests_per_second=requests_per_second,
        requests_per_month=requests_per_month,
        requests_a_minute=requests_a_minute,
        p95_ms=p95_ms,
        gateway_ms=gateway_ms,
        speed=speed,
        region=region,
        concurrency=concurrency,
        free_tier=free_tier,
        measured=measured,
        assumptions=assumptions,
        template=template,
        overrides=overrides_of(parameter_overrides),
    )
    with step("Planning"):
        if rows:
            run_table(project, question, rows, model)
        else:
            run_plan(project, question)


def _look_for_contradictions(course: set[str], rows: int | None, model: str | None) -> None:
    if rows and course:
        raise Contradiction("--rows is about a table, which has no traffic", course)
    if "--requests-per-second" in course and (others := course & {"--profile", "--requests-per-month"}):
        raise Contradiction("--requests-per-second is the same rate all day", others)
    if model and not rows:
        raise Contradiction("Traffic is planned for the whole service", {"--model"})


def _print_prices() -> None:
    from datetime import date

    from sparely_toolkit.loadtest.cost.prices import origins_table, require_fresh
    from sparely_toolkit.loadtest.page import markdown_table

    print(markdown_table(origins_table(date.today())))
    require_fresh(date.today())
