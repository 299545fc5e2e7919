"""The command line's frame: the options of every command, and the service that each is about."""

import math
import os
import re
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from sparely_toolkit.cli.help import Application
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project

NAME = "sparely"

app = Application(
    name=NAME,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_ADVICE = re.compile(rf"(?<![\w./-]){NAME}(?= (--|[a-z-]+))")
"""This program's name, and the word after it: a command, an option, or none of its own."""

StageOption = Annotated[str, typer.Option("--stage", metavar="NAME", help="The table of samconfig.toml to read.")]
"""`--stage NAME`, alike in every command that has one; its default is `DEFAULT_STAGE`."""
DEFAULT_STAGE = "default"


def above_zero(value: float | None) -> float | None:
    """What an option that measures something takes; Typer's own `min` lets 0, nan and inf pass."""
    if value is not None and not 0 < value < math.inf:
        raise typer.BadParameter(f"{value:g} is no number above 0.")
    return value


def from_zero(value: float | None) -> float | None:
    """The same, of an option where 0 has a meaning too."""
    if value is not None and not 0 <= value < math.inf:
        raise typer.BadParameter(f"{value:g} is no number from 0 on.")
    return value


def all_above_zero(values: list[float] | None) -> list[float] | None:
    """The same as `above_zero`, of an option that may be repeated."""
    for value in values or ():
        above_zero(value)
    return values


def only_built(path: Path | None) -> Path | None:
    """What an option takes that names what was built: nothing runs from the template that is built from."""
    if path is not None and path.exists():  # the command says what it misses
        from sparely_toolkit.local.unbuilt import require_built

        require_built(path)
    return path


def as_called(text: str) -> str:
    """
    The text with this program's name as its caller has written it.

    In a service that is `.venv/bin/sparely`, by make too; a bare `sparely` is found by no shell there.
    The package of that name keeps its own: what follows it is no command.
    """
    program = Path(sys.argv[0])
    if program.name != NAME or not program.parts[1:] or program.is_absolute():
        return text
    known = {"--", *typer.main.get_group(app).commands}
    return _ADVICE.sub(lambda found: f"{program}" if found[1] in known else NAME, text)


def _print_version(is_set: bool) -> None:
    if is_set:
        print(f"{NAME} {version('sparely-toolkit')}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    service: Annotated[
        Path | None,
        typer.Option("--service", metavar="DIR", help="The service's folder; otherwise the one you are in."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say which version this is.")
    ] = False,
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


class ReadOnly(Problem):
    """A folder that a command writes to lets nobody write, or not this user."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} cannot be written to, and nothing was changed: make it writable, or use a copy.")


def require_writable(*folders: Path) -> None:
    """
    Look before work that ends in writing; folders that are not there are passed over.

    Raises:
        ReadOnly: one of them is.
    """
    for folder in folders:
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise ReadOnly(folder)
