"""Numbers that no command can work with are refused before it begins, in one sentence."""

from collections.abc import Iterator

import pytest
import typer.core
import typer.main

from sparely_toolkit.cli.commands import app
from sparely_toolkit.problems import ExitCode
from support.command_line import Sparely

ANY = {"--seed"}
"""The options that take every whole number."""
FROM_ZERO = {
    ("rehearse", "--delay"),
    *(("rehearse", "--at-least"), ("load", "--workers"), ("score", "--jobs"), ("score", "--stop-at")),
    *(("run", "--port"), ("run", "--idle-minutes"), ("run", "--weight")),
    *(("add-model", "--absolute-tolerance"), ("add-model", "--relative-tolerance")),
    ("sagemaker run", "--port"),
}
"""The options of which 0 is a choice."""
ALSO_WRONG = {float: ("nan", "inf"), list[float]: ("nan", "inf"), int: ("1.5",)}
"""By what an option takes, what it cannot take besides numbers below 1."""


def wrong(group: typer.core.TyperGroup, before: str = "") -> Iterator[tuple[str, str, str]]:
    """Of every numeric option of every command what it cannot take: the command, the option, the number."""
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from wrong(command, f"{before}{name} ")
            continue
        words = f"{before}{name}"
        for option in command.params:
            assert isinstance(option, typer.core.TyperOption | typer.core.TyperArgument)
            takes, called = option.type_descriptor.annotation, option.opts[0]
            if takes not in ALSO_WRONG:
                continue
            if called not in ANY:
                yield words, called, "-1"
            if called not in ANY and (words, called) not in FROM_ZERO:
                yield words, called, "0"
            for number in ALSO_WRONG[takes]:
                yield words, called, number


def _all() -> list[tuple[str, str, str]]:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return [*wrong(group)]


WRONG = _all()


@pytest.mark.parametrize(("command", "option", "number"), WRONG, ids=map(" ".join, WRONG))
def test_a_number_that_means_nothing_is_a_wrong_call(sparely: Sparely, command: str, option: str, number: str) -> None:
    """It would end in a division by zero, a run that never ends, or a gate that lets everything pass."""
    outcome = sparely(*command.split(), option, number)

    assert (outcome.exit_code, outcome.out) == (ExitCode.WRONG_CALL, "")
    assert outcome.err.startswith(f"Invalid value for '{option}'")
    assert outcome.err.endswith(f"`sparely {command} --help` says what it takes.\n")
    assert outcome.err.count("\n") == 1


def test_the_numbers_of_every_kind_of_work_are_asked_about() -> None:
    """An option that is not found would be refused by no test."""
    assert {command for command, _, _ in WRONG} >= {"add-model", "load", "plan", "rehearse", "run", "score"}
    assert {("plan", "--speed"), ("plan", "--concurrency"), ("run", "--weight")} <= {
        (command, option) for command, option, _ in WRONG
    }
