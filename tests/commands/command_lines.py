"""Every command line that users read, whole: of documents, of tables of options, of --help and of the Makefile's list."""

import functools
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer.core
import typer.main

from sparely_toolkit.cli.commands import app
from tests.commands.documents import DOCUMENTS, OF_SERVICES, SPAN, commands
from tests.conftest import REPOSITORY, TEMPLATE

# A table whose head is a command with `ARGS="..."` has in its rows what goes there.
TABLE = re.compile(r"^\| `(make [a-z-]+) ARGS=\"\.\.\.\"` \|.*\n\|[ -|]*\n((?:\|.*\n)+)", re.MULTILINE)
TARGET = re.compile(r"^([a-z-]+):.*?## (.*)$", re.MULTILINE)
EXAMPLES = re.compile(r'([A-Z]+)=("[^"]*"|[^\s,;:)]+)((?:, "[^"]*")*)')
LEFT_OUT = ("…", "...")
"""Words that stand for what a line leaves out."""


def of_document(document: Path) -> set[str]:
    """The command lines of a document; of its tables the options too, as the command with each."""
    tables = TABLE.findall(document.read_text("utf-8"))
    rows = {
        f'{command} ARGS="{options}"'
        for command, body in tables
        for row in body.splitlines()
        for options in SPAN.findall(row.split("|")[1])
    }
    return {line for line in commands(document) | rows if 'ARGS="..."' not in line}


def of_help() -> set[str]:
    """What the help of `sparely` and of its commands names in backticks."""
    texts = [
        parameter.help or "" for command in _commands().values() for parameter in command.params if _has(parameter)
    ]
    texts += [command.help or "" for command in _commands().values()]
    spans = {" ".join(span.split()) for text in texts for span in re.findall(r"`([^`]+)`", text)}
    return {span for span in spans if span.startswith(("sparely ", "make "))}


def of_makefile(makefile: Path) -> set[str]:
    """The examples that `make` prints beside its targets: `ARGS="--all", "--bad slow"` are two, `SHAPE=a|b` too."""
    return {
        f"make {target} {name}={value}"
        for target, told in TARGET.findall(makefile.read_text("utf-8"))
        for name, first, more in EXAMPLES.findall(told)
        for value in [*first.split("|"), *re.findall(r'"[^"]*"', more)]
    }


def of_services() -> set[str]:
    """All lines that are typed in a service."""
    listed = {line for document in DOCUMENTS for line in of_document(document) if document in OF_SERVICES}
    targets = {target for target, _ in TARGET.findall((TEMPLATE / "Makefile").read_text("utf-8"))}
    here = {target for target, _ in TARGET.findall((REPOSITORY / "Makefile").read_text("utf-8"))}
    elsewhere = {
        line
        for document in set(DOCUMENTS) - OF_SERVICES
        for line in of_document(document)
        if is_sparely(line) or (line.startswith("make ") and line.split()[1] in targets - here)
    }
    return {
        line
        for line in listed | elsewhere | of_help() | of_makefile(TEMPLATE / "Makefile")
        if is_sparely(line) or (line.startswith("make ") and not line.startswith("make -C"))
    }


def is_sparely(line: str) -> bool:
    """Whether it calls `sparely` itself."""
    return line.startswith(("sparely ", ".venv/bin/sparely "))


def words(line: str) -> list[str]:
    """A line as the shell splits it, without what stands for something left out."""
    return [word for word in shlex.split(line) if word not in LEFT_OUT and not word.endswith("=")]


@functools.cache
def called(line: str, folder: Path) -> tuple[str, ...]:
    """
    The arguments of `sparely` that a line comes to; of `make` by make itself, which runs nothing.

    Args:
        folder: has a service's Makefile, and nothing that could be run.
    """
    if is_sparely(line):
        return tuple(words(line)[1:])
    shutil.copy(TEMPLATE / "Makefile", folder)
    planned = subprocess.run(
        ["make", "--dry-run", "-o", ".venv/installed", "-o", ".venv/bin/sparely", *words(line)[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    (command,) = (each for each in planned if each.startswith(".venv/bin/sparely "))
    return tuple(shlex.split(command)[1:])


def read(arguments: Sequence[str]) -> dict[str, Any]:
    """
    What a command's function would be called with, by name.

    Raises:
        TyperException: the command is not there, or does not take that.
        Exit: it is help or a version that is asked for.
    """
    group = _group()
    context = group.make_context("sparely", [*arguments])
    while isinstance(group, typer.core.TyperGroup):
        name, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
        assert command, name
        context = command.make_context(name, [*rest], parent=context)
        group = command  # type: ignore[assignment]
    return dict(context.params)


def _group() -> typer.core.TyperGroup:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return group


def _commands() -> dict[str, Any]:
    return {**_group().commands}


def _has(parameter: Any) -> bool:
    return isinstance(parameter, typer.core.TyperOption | typer.core.TyperArgument)


def told() -> Iterator[str]:
    """All lines of services, in an order."""
    return iter(sorted(of_services()))
