"""`--help` of every command, as somebody reads it who knows neither Typer nor Python."""

import inspect
import re

import pytest

from sparely_toolkit.cli import commands  # noqa: F401  # registers them
from sparely_toolkit.cli.application import app
from sparely_toolkit.upkeep.pages import page
from support.command_line import Sparely

COMMANDS = {
    (each.name or each.callback.__name__.replace("_", "-")): inspect.getdoc(each.callback) or ""
    for each in app.registered_commands
    if each.callback and not each.hidden
}


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal that everybody has at least."""
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("command", [*COMMANDS, ""])
def test_help_is_in_plain_words(sparely: Sparely, narrow: None, command: str) -> None:
    """It fits 80 columns, cuts nothing, names no type, and has a word for what each option takes."""
    shown = sparely(*filter(None, [command]), "--help").out

    assert [line for line in shown.splitlines() if len(line) > 80 or "<" in line.replace("<=", "")] == []
    assert [line for line in shown.splitlines() if line.rstrip().endswith("...")] == shown.splitlines()[:1] * (
        shown.splitlines()[0].endswith("...")
    )


def test_commands_are_listed_with_whole_sentences(sparely: Sparely, narrow: None) -> None:
    """On two lines where they need them."""
    shown = " ".join(sparely("--help").out.split())

    assert [name for name, doc in COMMANDS.items() if " ".join(doc.partition("\n\n")[0].split()) not in shown] == []


def test_add_model_names_every_file_that_its_page_lists(sparely: Sparely) -> None:
    """In the words of both."""
    section = page("add-a-model").read_text("utf-8").partition("## Files of models")[2].partition("## ")[0]
    listed = {
        suffix
        for row in section.splitlines()
        if row.startswith("| `")
        for suffix in re.findall(r"`(\.\w+)`", row.split("|")[1])
    }

    named = set(re.findall(r"\.[a-z]\w+", sparely("add-model", "--help").out))

    assert len(listed) > 5
    assert listed - named == set()


def test_what_help_names_can_be_called(sparely: Sparely, narrow: None) -> None:
    """`sparely plan --measured` takes what `sparely profile` prints."""
    assert "sparely profile" in sparely("plan", "--help").out
    assert "profile" in COMMANDS
