"""`sparely invoke` and `token`: one event handed to the built package, and what lets a caller in."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from sparely_toolkit.cli.application import DEFAULT_STAGE, StageOption, app
from sparely_toolkit.cli.first import build_first
from sparely_toolkit.cli.serving import (
    MemoryLimitOption,
    NoBuildOption,
    OverridesOption,
    TemplateOption,
    overrides_of,
    project_or_folder,
)
from sparely_toolkit.names import BATCH_FUNCTION
from sparely_toolkit.problems import ExitCode, Problem


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
    from sparely_toolkit.local.stage import local_stage
    from sparely_toolkit.local.template import read, read_function

    if not event:
        raise EventUnnamed
    content = _read_event(Path(event))
    if is_of_object(json.loads(content)):
        raise NoBucket(Path(event))
    project = project_or_folder(context, template)
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
def token(
    context: typer.Context,
    stage: StageOption = DEFAULT_STAGE,
    template: TemplateOption = None,
    parameter_overrides: OverridesOption = None,
) -> None:
    """Print a token that `sparely run` accepts, for an API with a JWT authorizer."""
    from sparely_toolkit.local.issuer import LocalIssuer
    from sparely_toolkit.local.template import read_built

    project = project_or_folder(context, template)
    deployment = read_built(project, stage, template=template, overrides=overrides_of(parameter_overrides))
    print(LocalIssuer.of_service(project).mint(deployment))


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
