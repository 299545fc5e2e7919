"""The documentation that comes with the toolkit, by `sparely docs`."""

import re

import pytest

from sparely_toolkit.cli.commands import run
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.upkeep.pages import NoPage, page, pages, titles
from support.services import baked


def test_every_page_is_listed_with_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a page's name, one line each."""
    assert run(["docs"]) == ExitCode.DONE

    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} == {*pages()}
    assert "add-a-model        Add a model of your own" in lines
    assert all(titles().values())


@pytest.mark.parametrize("name", ["add-a-model", "add-a-model.md"])
def test_a_page_is_printed_as_it_is_written(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody looks at a terminal."""
    assert run(["docs", name]) == ExitCode.DONE

    assert capsys.readouterr().out == page("add-a-model").read_text("utf-8")


def test_a_page_can_be_opened_by_another_program(capsys: pytest.CaptureFixture[str]) -> None:
    """By its path."""
    assert run(["docs", "operations", "--path"]) == ExitCode.DONE

    assert capsys.readouterr().out == f"{pages()['operations']}\n"


def test_a_services_readme_names_every_page() -> None:
    """So that whoever reads it knows what there is."""
    text = baked().readme.read_text("utf-8")

    assert re.findall(r"^- `([a-z-]+)`: ", text, re.MULTILINE) == [*pages()]


def test_an_unknown_page_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """It is a wrong call."""
    assert run(["docs", "nothing"]) == ExitCode.WRONG_CALL

    assert capsys.readouterr().err == f"{NoPage('nothing')}\n"
    assert str(NoPage("nothing")) == f'No page "nothing". Available: {", ".join(sorted(pages()))}.'


def test_the_pages_are_read_outside_of_a_service(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are about every service."""
    monkeypatch.chdir(str(tmp_path))

    assert run(["docs"]) == ExitCode.DONE
