"""The command line's frame: the options of every command, and the way from a failure to its exit code."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project

app = typer.Typer(
    name="sparely",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _options(
    context: typer.Context,
    service: Annotated[
        Path | None, typer.Option("--service", metavar="DIR", help="The service's folder; otherwise the one you are in.")
    ] = None,
) -> None:
    """Serve trained models from AWS Lambda: run, test, load, plan and deploy the service you are in."""
    context.obj = service


def project_of(context: typer.Context) -> Project:
    """
    The service that a command is about.

    Raises:
        NoProject: it is called outside of one.
    """
    return Project.find(context.obj)


def main() -> None:
    """Run the command line; a problem is one sentence on stderr and its exit code."""
    from sparely_toolkit.cli import commands  # noqa: F401  # registers them

    try:
        app()
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(problem.exit_code)
