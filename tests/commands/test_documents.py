"""Every command of every document is run by a test, and takes what the document says."""

import functools
import os
import re
import shlex
import sys
from pathlib import Path

import pytest
import typer.core
import typer.main

from sparely_toolkit.cli import commands as all_commands  # noqa: F401  # registers them
from sparely_toolkit.cli.commands import app
from sparely_toolkit.upkeep.pages import page
from tests.commands.documents import (
    DOCUMENTS,
    OF_SERVICES,
    OTHERS,
    PAGES,
    README,
    SERVICE_README,
    Words,
    blocks_taken,
    commands,
    executed,
    is_plain_curl,
    names_of_blocks,
    shortened,
)
from tests.conftest import REPOSITORY, TEMPLATE, run
from tests.support.pages import HOW_TO, LINTED, SETTINGS, steps


@functools.cache
def targets(folder: Path) -> dict[str, set[str]]:
    """What can be made there, but for the list of it, with the variables that each takes."""
    text = (folder / "Makefile").read_text("utf-8")
    rules = re.findall(r"^([a-z-]+):.*?## .*\n((?:\t.*\n)+)", text, re.MULTILINE)
    return {name: set(re.findall(r"\$\((?:\w+ \$\()?([A-Z]+)", body)) for name, body in rules if name != "help"}


# How the figures of pages are made, in minutes or hours; `test_measurements_take_...` asks their parsers.
MEASUREMENT = "python -m benchmarks."
# The help of each, after a line with its name: in one process, for most of the time goes into what all import.
HELPS = """
import runpy, sys
for module in sys.argv[1:]:
    print(f"== {module}", flush=True)
    sys.argv = [module, "--help"]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code:
            raise
"""


def is_run(command: str, runs: set[Words]) -> bool:
    """
    Whether a test runs it: of make, sparely and modules the name, of others all the words that the test has.

    A plain curl of localhost is run by tests/commands/test_first_minute.py, wherever it stands.
    """
    words = shortened(command.split())
    if command.startswith(MEASUREMENT) or is_plain_curl(command):
        return True
    if words[0] in ("make", "sparely", "python"):
        return words in runs or (words[0] == "sparely" and words[-1].startswith("--"))  # what sparely itself takes
    return any(words[: len(run)] == run[: len(words)] for run in runs)


def not_run(listed: set[str], *, services: bool = True) -> set[str]:
    """
    Which commands no test runs.

    Args:
        services: whether a target of a service's Makefile may be run as the command of `sparely` that it is.
    """
    runs = executed(in_the_repository=True) | executed(in_the_repository=False)
    if services:
        runs |= {("make", run[1]) for run in runs if run[0] == "sparely"}
        runs |= {("sparely", run[1]) for run in runs if run[0] == "make"}
        runs |= {("make", "-C", *run[1:]) for run in runs if run[:2] == ("sparely", "sagemaker")}
    return {each for each in listed if not is_run(each, runs)}


def test_every_command_of_the_readme_is_run() -> None:
    """A command that no test runs is one that may have stopped working."""
    listed = commands(README)

    of_the_repository = {each for each in listed if each.startswith("make ") and each.split()[1] in targets(REPOSITORY)}
    here = executed(in_the_repository=True)
    assert {each for each in of_the_repository if not is_run(each, here)} == set()
    assert not_run(listed - of_the_repository, services=False) == set()
    assert len(listed) > len(of_the_repository) > 5


def test_every_command_of_a_services_readme_is_run() -> None:
    """The same for what users read in their service: its targets, as they stand there."""
    listed = commands(SERVICE_README)

    assert {each for each in listed if not is_run(each, executed(in_the_repository=False))} == set()
    assert len(listed) > 15


@pytest.mark.parametrize("document", [*PAGES, *OTHERS], ids=lambda document: document.name)
def test_every_command_of_the_other_documents_is_run(document: Path) -> None:
    """What pages tell is run too: by its target, or by the command of `sparely` that a target is."""
    assert not_run(commands(document)) == set()


def test_every_named_block_is_taken_by_a_test() -> None:
    """What a page has under a name is run as a whole, or is a step of a page that a test follows."""
    others = [page for page in PAGES if page.stem not in (*HOW_TO, *LINTED, SETTINGS)]
    named = {name for page in others for name in names_of_blocks(page)}

    assert named - blocks_taken() == set()


@pytest.mark.parametrize("name", [*HOW_TO, SETTINGS])
def test_every_block_of_a_followed_page_is_a_step(name: str) -> None:
    """A misspelt step would be skipped."""
    assert (
        len(steps(page(name)))
        == len(re.findall(r"^<!-- [^>]+ -->\n```", page(name).read_text("utf-8"), re.MULTILINE))
        > 2
    )


def test_every_target_is_told() -> None:
    """What the Makefile lists stands in the README, or in CONTRIBUTING.md for those who change the template."""
    listed = commands(README) | commands(REPOSITORY / "CONTRIBUTING.md")

    assert set(targets(REPOSITORY)) - {each.split()[1] for each in listed if each.startswith("make ")} == set()


def test_every_target_of_a_service_is_told() -> None:
    """What a service's Makefile lists stands in its README or on a page."""
    listed = {each for document in (SERVICE_README, *PAGES) for each in commands(document)}

    assert set(targets(TEMPLATE)) - {each.split()[1] for each in listed if each.startswith("make ")} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: f"{document.parent.name}/{document.name}")
def test_targets_take_what_documents_give_them(document: Path) -> None:
    """`make load SHAPE=steps`: the target is there, and reads that variable."""
    known = targets(TEMPLATE)
    if document not in OF_SERVICES:
        known = known | {name: known.get(name, set()) | variables for name, variables in targets(REPOSITORY).items()}

    wrong = {
        command: unknown
        for command in commands(document)
        if command.startswith("make ") and not command.startswith("make -C sagemaker")
        for target, unknown in [variables_of(command)]
        if target not in known or unknown - known[target]
    }

    assert wrong == {}


def variables_of(command: str) -> tuple[str, set[str]]:
    """The target of a `make`, and the variables that it is given."""
    words = [word for word in shlex.split(command.partition("#")[0]) if word != "..."][1:]
    if words[0] == "-C":
        words = words[2:]
    return words[0], {word.partition("=")[0] for word in words[1:] if "=" in word}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: f"{document.parent.name}/{document.name}")
def test_commands_take_the_options_that_documents_give_them(document: Path) -> None:
    """`sparely run --reload`, `make deploy ARGS="--yes"`: the command is there, and has that option."""
    wrong = {
        command: options - takes(name)
        for command in commands(document)
        for name, options in options_of(command)
        if options - takes(name)
    }

    assert wrong == {}


@pytest.mark.slow
def test_measurements_take_what_documents_give_them() -> None:
    """`python -m benchmarks.story --measure`: the module is there, and its help has that option."""
    listed = {each for document in DOCUMENTS for each in commands(document) if each.startswith(MEASUREMENT)}

    modules = sorted({command.split()[2] for command in listed})
    printed = run(sys.executable, "-W", "ignore", "-c", HELPS, *modules, cwd=REPOSITORY, environment=os.environ)
    helps = dict(each.split("\n", 1) for each in printed.split("== ")[1:])
    assert [*helps] == modules
    for module, text in helps.items():
        options = {
            word for each in listed if each.split()[2] == module for word in each.split() if word.startswith("--")
        }
        assert {option for option in options if option not in text} == set(), module


def options_of(command: str) -> list[tuple[str, set[str]]]:
    """The command of `sparely` that is called, if it is one, and the options that it is given."""
    words = shlex.split(command.partition(" -- ")[0])
    if words[0] in ("sparely", ".venv/bin/sparely") and words[1].islower():
        return [(words[1], {word.partition("=")[0] for word in words[1:] if word.startswith("--")})]
    if words[0] == "make" and words[1] in targets(TEMPLATE) and words[1] not in targets(REPOSITORY):
        arguments = [word.removeprefix("ARGS=") for word in words if word.startswith("ARGS=")]
        options = {each.partition("=")[0] for text in arguments for each in text.split() if each.startswith("--")}
        return [(words[1], options)]
    return []


@functools.cache
def takes(name: str) -> set[str]:
    """The options of a command of `sparely`; with the name of none, it fails."""
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    command = group if name.startswith("-") else group.commands.get(name)
    assert command, f"there is no `sparely {name}`"
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {
        "--help"
    }


ASKS_THE_DEFAULT = "curl -s localhost:3000/"


@pytest.mark.parametrize(
    "page", [each for each in PAGES if ASKS_THE_DEFAULT in each.read_text("utf-8")], ids=lambda each: each.stem
)
def test_pages_whose_curls_ask_the_default_api_say_what_others_want(page: Path) -> None:
    """Without the header a service of another choice answers 403 or 401, and no page but one would say why."""
    text = page.read_text("utf-8")

    note = (
        "Where the service was made with `rest-key`, add `-H 'x-api-key: local'` to each `curl`; with `http-jwt`, "
        "[a token](own-code.md).\n"
    )
    assert 0 <= text.find(note) < text.index(ASKS_THE_DEFAULT)
