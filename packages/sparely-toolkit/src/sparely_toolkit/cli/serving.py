"""`sparely run`, `invoke` and `token`: the built package on this machine, without Docker."""

import contextlib
import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from sparely_toolkit.cli.application import DEFAULT_STAGE, StageOption, app, from_zero, only_built, project_of
from sparely_toolkit.cli.first import build_first
from sparely_toolkit.names import BATCH_FUNCTION
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import NoProject, Project

_BUILD_COMMAND = "sparely build"

TemplateOption = Annotated[
    Path | None,
    typer.Option(
        "--template", metavar="FILE", callback=only_built, help="Another built template; nothing is built then."
    ),
]
NoBuildOption = Annotated[bool, typer.Option("--no-build", help="Take the package as it was built last.")]
OverridesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter-overrides", metavar="NAME=VALUE", help="As for sam, over those of samconfig.toml; may be repeated."
    ),
]
MemoryLimitOption = Annotated[
    Literal["auto", "cgroup", "watch"],
    typer.Option(
        metavar="auto|cgroup|watch",
        help="Who keeps MemorySize: the kernel, or this process by looking; auto takes the first that works.",
    ),
]


@app.command()
def run(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(envvar="PORT", metavar="N", min=0, max=65535, help="The port to listen on; 0 takes a free one."),
    ] = 3000,
    stage: StageOption = DEFAULT_STAGE,
    template: TemplateOption = None,
    no_build: NoBuildOption = False,
    concurrency: Annotated[
        int, typer.Option(metavar="N", min=1, help="Invocations at once, unless the template reserves some.")
    ] = 10,
    idle_minutes: Annotated[
        float,
        typer.Option(metavar="N", callback=from_zero, help="How long an execution environment waits for work."),
    ] = 10.0,
    second: Annotated[
        Path | None,
        typer.Option(
            "--with",
            metavar="PATH",
            callback=only_built,
            help="A second version: a built template, or the folder of an artifact.",
        ),
    ] = None,
    weight: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            min=0,
            max=1,
            callback=from_zero,  # min and max let nan pass
            help="The second version's share of requests; PUT /-/weights changes it.",
        ),
    ] = 0.0,
    memory_limit: MemoryLimitOption = "auto",
    enforce_auth: Annotated[bool, typer.Option("--enforce-auth", help="Check SigV4 signatures too.")] = False,
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Check neither keys nor tokens nor signatures.")] = False,
    jwks: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Public keys of the tokens' issuer, instead of the local one's."),
    ] = None,
    enforce_throttling: Annotated[
        bool, typer.Option("--enforce-throttling", help="Keep the request rates of the API's routes.")
    ] = False,
    golden: Annotated[
        bool, typer.Option("--golden", help="Let own steps take the defaults of what they look up, as checks do.")
    ] = False,
    parameter_overrides: OverridesOption = None,
    reload: Annotated[
        bool | None,
        typer.Option(
            "--reload/--no-reload",
            help="Build and replace when a file changes, without losing a request; otherwise where it builds at all.",
        ),
    ] = None,
    build_command: Annotated[str, typer.Option(metavar="COMMAND", help="What builds after a change.")] = _BUILD_COMMAND,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print failures only.")] = False,
) -> None:
    """Serve the built package as API Gateway and Lambda would, until stopped."""
    from sparely_toolkit.local import server
    from sparely_toolkit.local.access import AccessOptions
    from sparely_toolkit.local.issuer import LocalIssuer
    from sparely_toolkit.local.reload import Source
    from sparely_toolkit.local.service import Options
    from sparely_toolkit.local.settings import Deployment
    from sparely_toolkit.local.template import local_stage, read_built
    from sparely_toolkit.local.template import read as read_template
    from sparely_toolkit.package.trial import Trials

    project = _project(context, template)
    parameters = overrides_of(parameter_overrides)
    trials = Trials(project)

    def read() -> Deployment:
        return read_built(project, stage, template=template, overrides=parameters)

    def attempt() -> tuple[Deployment, str] | None:
        trial = trials.build() if template is None else None
        if trial is None:
            return None
        deployment = read_template(project.template, local_stage(project, stage, parameters))
        return replace(deployment, function=replace(deployment.function, artifact=trial.artifact)), f"{trial}"

    def first() -> tuple[Deployment, str]:
        trial = attempt()
        if trial is None:
            build_first(project)
        return trial or (read(), "")

    builds = template is None and not no_build
    source = Source(project, _build_command(project, build_command), read, attempt)
    with contextlib.closing(trials):
        deployment, notice = source.build_first(first, _say) if builds else (read(), "")
        if notice:
            print(notice, file=sys.stderr)
        server.serve(
            deployment,
            Options(
                host=host,
                port=port,
                concurrency=concurrency,
                idle_s=idle_minutes * 60,
                memory=memory_limit,
                contract=project.openapi,
                issuer=LocalIssuer.of_service(project),
                access=AccessOptions(off=no_auth, signatures=enforce_auth, jwks=jwks),
                throttle_routes=enforce_throttling,
                golden=golden,
            ),
            second=None if second is None else server.SecondVersion(second, weight),
            source=source if (builds if reload is None else reload) else None,
            quiet=quiet,
        )


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


class NoEvent(Problem):
    """The file of an event cannot be read, or is not JSON."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, file: Path, reason: object) -> None:
        super().__init__(f"{file} is not an event: {reason}.")


class EventUnnamed(Problem):
    """Nobody said which event."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self) -> None:
        super().__init__("Name the event: make invoke EVENT=events/NAME.json, or sparely invoke events/NAME.json.")


class NoBucket(Problem):
    """An event tells of an object of S3."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} tells of a table in a bucket, which is on AWS alone, as {BATCH_FUNCTION} is that scores it there; "
            "make score MODEL=area/name FILE=rows.csv scores a table here."
        )


@app.command()
def invoke(
    context: typer.Context,
    event: Annotated[
        str | None,
        typer.Argument(metavar="EVENT", help="A file with the event as JSON; - reads stdin.", show_default=False),
    ] = None,
    function: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The function's logical id in template.yaml; otherwise the API's."),
    ] = None,
    stage: StageOption = DEFAULT_STAGE,
    template: TemplateOption = None,
    no_build: NoBuildOption = False,
    parameter_overrides: OverridesOption = None,
    memory_limit: MemoryLimitOption = "auto",
) -> None:
    """
    Hand one event to the built package in an execution environment of its own, and print the answer.

    The log goes to stderr. Exits with 1 where the function raised, timed out or did not start.
    """
    import asyncio

    from sparely_toolkit.contract.other_events import is_of_object
    from sparely_toolkit.local.invoke import invoke as run_event
    from sparely_toolkit.local.report import Log
    from sparely_toolkit.local.template import local_stage, read, read_function

    if not event:
        raise EventUnnamed
    content = _read_event(Path(event))
    if is_of_object(json.loads(content)):
        raise NoBucket(Path(event))
    project = _project(context, template)
    if template is None and not no_build:
        build_first(project)
    known = local_stage(project, stage, overrides_of(parameter_overrides), template)
    built = template or project.built_template
    called = read(built, known).function if function is None else read_function(built, known, function)
    # The checks of a new version call AWS by boto3, which Lambda's runtime has; what serves predictions goes without.
    offered = () if function is None else ("boto3",)
    outcome = asyncio.run(run_event(called, content, Log(sys.stderr), memory=memory_limit, offered=offered))
    print(outcome.payload.decode())
    if outcome.status != "success":
        raise typer.Exit(ExitCode.NO)


@app.command()
def token(context: typer.Context, stage: StageOption = DEFAULT_STAGE, template: TemplateOption = None) -> None:
    """Print a token that `sparely run` accepts, for an API with a JWT authorizer."""
    from sparely_toolkit.local.issuer import LocalIssuer
    from sparely_toolkit.local.template import read_built

    project = _project(context, template)
    print(LocalIssuer.of_service(project).mint(read_built(project, stage, template=template)))


def _project(context: typer.Context, template: Path | None) -> Project:
    """The service, or the folder of a built template that lies outside of one: it has no settings of its own then."""
    try:
        return project_of(context)
    except NoProject:
        if template is None:
            raise
        return Project(template.resolve().parent)


def overrides_of(options: list[str] | None) -> dict[str, str]:
    """Read what `--parameter-overrides` was given; raises BadParameter where it is no NAME=VALUE."""
    from sparely_toolkit.samconfig import UnreadableSamconfig, overrides

    try:
        return overrides(options or [])
    except UnreadableSamconfig:
        raise typer.BadParameter(f"--parameter-overrides takes NAME=VALUE, not {' '.join(options or [])}") from None


def _read_event(file: Path) -> bytes:
    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        json.loads(text.decode())
    except RecursionError:
        raise NoEvent(file, "it is nested too deeply") from None
    except OSError as error:
        raise NoEvent(file, error.strerror) from None
    except ValueError as error:
        raise NoEvent(file, f"it is not JSON: {error}") from None
    return text


def _build_command(project: Project, command: str) -> list[str]:
    if command == _BUILD_COMMAND:
        return [sys.executable, "-m", "sparely_toolkit", "--service", str(project.root), "build"]
    return shlex.split(command)
