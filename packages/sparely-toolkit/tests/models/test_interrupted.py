"""Ctrl-C while a model is added: what stands is said, with the command that makes the rest."""

import json
import shutil
from typing import NoReturn

import pytest

from sparely_toolkit.models import adding
from sparely_toolkit.project import Project
from support.command_line import Sparely

SAYS = (
    "The model {} was written and is served, but not all that follows from it could be made: it was interrupted. "
    "Run: make contract\n"
)
ADDED = ("add-model", "rent.joblib", "--area", "homes", "--name", "rent", "--data", "rents.csv", "--here")


def interrupt(*_: object, **__: object) -> NoReturn:
    """As Ctrl-C does."""
    raise KeyboardInterrupt


def test_nothing_is_said_where_nothing_was_written(
    project: Project, sparely: Sparely, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shell knows its exit code."""
    monkeypatch.setattr(adding, "_export", interrupt)

    outcome = sparely(*ADDED, service=project.root)

    assert (outcome.exit_code, outcome.err) == (130, "")
    assert not (project.models / "homes").exists()


def test_a_model_that_was_written_is_said_to_be_there(
    project: Project, sparely: Sparely, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The export has ended, and its caller was interrupted before it knew."""

    def written(*_: object) -> NoReturn:
        folder = project.models / "homes" / "rent"
        shutil.copytree(project.models / "winery" / "cultivar", folder)
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        (folder / "manifest.json").write_text(json.dumps(manifest | {"area": "homes", "name": "rent"}), "utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(adding, "_export", written)

    outcome = sparely(*ADDED, service=project.root)

    assert outcome.err == SAYS.format("homes/rent")


def test_an_interrupted_contract_is_named(project: Project, sparely: Sparely, monkeypatch: pytest.MonkeyPatch) -> None:
    """It follows whenever it is asked for."""
    monkeypatch.setattr(adding, "regenerate", interrupt)

    with pytest.raises(adding.NotFollowed, match=r"it was interrupted\. Run: make contract$"):
        adding.followed(project, "winery/cultivar")
