"""Every command of both READMEs is run by a test."""

import re

from tests.commands.documents import README, SERVICE_README, Words, commands, executed
from tests.conftest import REPOSITORY


def targets() -> set[str]:
    """What can be made in the repository, but for the list of it."""
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    return set(re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE)) - {"help"}


def is_run(command: str, runs: set[Words]) -> bool:
    """Whether a test runs it: with make the target says which command it is, else all the words that the test has."""
    words = tuple(command.split())
    asked = [run[:2] if run[0] == "make" and not run[1].startswith("-") else run for run in runs if len(run) > 1]
    return any(words[: len(run)] == run[: len(words)] for run in asked)


def test_every_command_of_the_readme_is_run() -> None:
    """A command that no test runs is one that may have stopped working."""
    here, elsewhere = executed(in_the_repository=True), executed(in_the_repository=False)
    told = commands(README)

    of_the_repository = {each for each in told if each.startswith("make ") and each.split()[1] in targets()}
    assert {each for each in of_the_repository if not is_run(each, here)} == set()
    assert {each for each in told - of_the_repository if not is_run(each, here | elsewhere)} == set()
    assert len(told) > len(of_the_repository) > 5


def test_every_command_of_a_services_readme_is_run() -> None:
    """The same for what users read in their service."""
    told = commands(SERVICE_README)

    assert {each for each in told if not is_run(each, executed(in_the_repository=False))} == set()
    assert len(told) > 20


def test_every_target_is_told() -> None:
    """What the Makefile lists stands in the README, or in CONTRIBUTING.md for those who change the template."""
    told = commands(README) | commands(REPOSITORY / "CONTRIBUTING.md")

    assert targets() - {each.split()[1] for each in told if each.startswith("make ")} == set()
