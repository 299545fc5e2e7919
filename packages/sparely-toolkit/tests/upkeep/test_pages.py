"""The documentation that comes with the toolkit, by `sparely docs`."""

import json
import re
from pathlib import Path

import pytest

from sparely_toolkit.cli.commands import run
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.pages import NoPage, page, pages, titles
from support.command_line import Sparely
from support.command_line import sparely as sparely
from support.services import MODELS, baked
from support.toys import toy_manifest


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


@pytest.fixture
def without_samples(tmp_path: Path) -> Project:
    """A service of two files that has one model, `sums/plus`."""
    for name in ("template.yaml", "src/handler/app.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    folder = tmp_path / "src" / "models" / "sums" / "plus"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(toy_manifest("sums", "plus", b"")))
    row = dict.fromkeys((each["name"] for each in toy_manifest("sums", "plus", b"")["features"]), 1.5)
    (folder / "golden.json").write_text(json.dumps({"instances": [row], "predictions": [{"value": 7.0}]}))
    return Project(tmp_path)


@pytest.mark.parametrize("name", ["api", "first-deployment", "look-up"])
def test_examples_that_ask_a_sample_say_what_to_ask_where_it_was_removed(
    name: str, without_samples: Project, sparely: Sparely
) -> None:
    """The page begins with a question to the service's own first model, and its answer."""
    printed = sparely("docs", name, service=without_samples.root).out

    assert "a sample of the template that this service does not have: put `sums/plus` in its place" in printed
    assert "curl http://localhost:3000/predict/sums/plus " in printed
    assert '{"predictions": {"plus": [{"value": 7.0}]}, "versions": {"plus": ' in printed
    assert "<!-- asks" not in printed


def test_a_model_that_cannot_be_read_hides_no_page(without_samples: Project, sparely: Sparely) -> None:
    """It then says what to do in words."""
    (without_samples.models / "sums" / "plus" / "golden.json").unlink()

    printed = sparely("docs", "api", service=without_samples.root)

    assert printed.exit_code == ExitCode.DONE
    assert "put a model of yours, its features and its answers in their place." in printed.out


def test_a_service_that_has_the_sample_reads_the_page_as_it_is(sparely: Sparely) -> None:
    """As who is in no service."""
    printed = sparely("docs", "api", service=baked().root).out

    assert printed == page("api").read_text("utf-8").replace("<!-- asks: winery/cultivar -->\n\n", "")


def test_pages_name_the_sample_that_their_examples_ask() -> None:
    """Each curl to a model of the template stands on a page that says which."""
    samples = {"/".join(file.parts[-3:-1]) for file in MODELS.glob("*/*/manifest.json")}
    asked = {
        name: set(re.findall(r"/predict/([\w-]+/[\w-]+)", file.read_text("utf-8"))) for name, file in pages().items()
    }

    for name, models in asked.items():
        if models & samples:
            assert re.findall(r"^<!-- asks: (.+) -->$", pages()[name].read_text("utf-8"), re.MULTILINE) == [*models], (
                name
            )
