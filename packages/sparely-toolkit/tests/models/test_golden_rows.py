"""Golden rows of a model after a change of its steps.py: made anew without the estimator, or refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from sparely.bundle import read_bundle
from sparely.handler.registry import load_model
from sparely_toolkit.models.golden_rows import AddAgain, WrongSteps, changes, remade
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from support.stepped import GOLDEN, PREPARE, PRESENT, STEPS, put_stepped

AGAIN = (
    "and only its estimator knows what is right for that: add the model again: make add-model MODEL=file AREA=toys "
    "NAME=stepped DATA=rows STEPS=src/models/toys/stepped/steps.py"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model whose steps are those that it was exported with."""
    return put_stepped(tmp_path / "src" / "models")


@pytest.fixture
def project(tmp_path: Path, folder: Path) -> Project:
    return Project(tmp_path)


def write(project: Project) -> None:
    for each in remade(project):
        for file, text in each.files.items():
            file.write_text(text, "utf-8")


def refusal(project: Project) -> Problem:
    with pytest.raises(Problem) as caught:
        remade(project)
    assert caught.value.exit_code == ExitCode.NO
    return caught.value


def test_steps_as_they_were_are_passed_over(project: Project) -> None:
    """No process is started for them."""
    assert remade(project) == []


def test_another_rule_is_shown_row_by_row(project: Project, folder: Path) -> None:
    """With what callers got and what they get."""
    (folder / "steps.py").write_text(STEPS.replace("5.0", "6.0"), "utf-8")

    (each,) = remade(project)

    assert [*changes(each)] == [(0, GOLDEN["predictions"][0], {"value": 6.0, "rule": {"capped": True}})]


def test_what_is_written_is_served(project: Project, folder: Path) -> None:
    """Under another version; prepared rows and the bare answers stay, and nothing is left to do."""
    before = read_bundle(folder)
    (folder / "steps.py").write_text(STEPS.replace("5.0", "6.0"), "utf-8")

    write(project)

    after = read_bundle(folder)
    assert load_model(str(folder)).steps is not None
    assert (after.prepared, after.bare) == (before.prepared, before.bare)
    assert after.predictions[0]["value"] == 6.0
    assert after.version != before.version
    assert remade(project) == []


def test_a_module_of_the_steps_counts(project: Project, folder: Path) -> None:
    """It is in the manifest by its hash, and a change of it is a change of the steps."""
    module = project.source / "caps.py"
    module.write_text("HIGHEST = 5.0\n", "utf-8")
    (folder / "steps.py").write_text(f"from caps import HIGHEST\n{STEPS.replace('5.0', 'HIGHEST')}", "utf-8")
    write(project)
    module.write_text("HIGHEST = 6.0\n", "utf-8")

    (each,) = remade(project)

    assert [row for row, _, _ in changes(each)] == [0]
    assert [*json.loads(each.files[folder / "manifest.json"])["steps"]["modules"]] == ["caps.py"]


@pytest.mark.parametrize(("change", "is_open"), [("# a comment", False), ("row['size'] = abs(row['size'])", True)])
def test_a_feature_that_prepare_mends_from_now_on_is_open(
    project: Project, folder: Path, change: str, is_open: bool
) -> None:
    """The estimator's limits were the callers' while prepare handed their values on."""
    code = "def prepare(row):\n    # here\n    return {'a': 2 * row['size'], 'b': row['count'] or 0, 'size': row['size']}\n"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["features"][0]["accepts"] = {"minimum": 0}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / "steps.py").write_text(code.replace("# here", change) + PRESENT, "utf-8")

    write(project)

    assert ("accepts" not in read_bundle(folder).manifest.document["features"][0]) is is_open


def test_a_present_alone_may_come_and_go(project: Project, folder: Path) -> None:
    """The estimator's rows are the callers' then."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    del manifest["steps"]
    plain = {"instances": GOLDEN["prepared"], "predictions": GOLDEN["bare"]}
    (folder / "manifest.json").write_text(json.dumps({**manifest, "features": manifest["prepared"]}), "utf-8")
    (folder / "golden.json").write_text(json.dumps(plain), "utf-8")
    (folder / "steps.py").write_text(PRESENT, "utf-8")
    write(project)
    presented = read_bundle(folder).predictions
    (folder / "steps.py").unlink()

    write(project)

    assert presented == tuple(GOLDEN["predictions"])
    assert read_bundle(folder).predictions == tuple(plain["predictions"])
    assert "steps" not in read_bundle(folder).manifest.document


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (STEPS.replace("2 * row", "3 * row"), f"prepare gives 4.5 for a of golden row 0; it gave 3.0, {AGAIN}"),
        (PRESENT, f"prepare is gone, {AGAIN}"),
        (None, f"it is missing, and had a prepare, {AGAIN}"),
    ],
)
def test_rows_that_the_estimator_has_not_seen_are_refused(
    project: Project, folder: Path, code: str | None, sentence: str
) -> None:
    """Parity is at stake."""
    (folder / "steps.py").unlink() if code is None else (folder / "steps.py").write_text(code, "utf-8")

    problem = refusal(project)

    assert isinstance(problem, AddAgain)
    assert str(problem) == f"src/models/toys/stepped/steps.py: {sentence}"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (STEPS.replace("min(", "mim("), "NameError: name 'mim' is not defined."),
        (f"{PREPARE}\ndef present(prediction, row):\n    return 5\n", "present returned 5; expected a dictionary."),
        ("def other(row):\n    return row\n", "it has neither prepare(row) nor present(prediction, row)."),
        ("import nothing_that_is_there\n", 'it imports "nothing_that_is_there", which does not ship'),
        (STEPS.replace("> 1000", "< 1000"), "nothing is that large"),
    ],
)
def test_steps_that_fail_are_one_sentence(project: Project, folder: Path, code: str, sentence: str) -> None:
    """Of the file that is to be mended."""
    (folder / "steps.py").write_text(code, "utf-8")

    problem = refusal(project)

    assert isinstance(problem, WrongSteps)
    assert str(problem).startswith("src/models/toys/stepped/steps.py: ")
    assert sentence in str(problem)
    assert "\n" not in str(problem)


def test_a_new_prepare_is_refused(project: Project, folder: Path) -> None:
    """Its features are not in the manifest, and nobody has asked the estimator for its rows."""
    document: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    document["steps"]["prepare"] = False
    document["features"] = document["prepared"]
    (folder / "manifest.json").write_text(json.dumps(document), "utf-8")
    rows = {**GOLDEN, "instances": GOLDEN["prepared"]}
    (folder / "golden.json").write_text(json.dumps(rows), "utf-8")
    (folder / "steps.py").write_text(f"{STEPS}\n", "utf-8")

    assert str(refusal(project)) == f"src/models/toys/stepped/steps.py: prepare is new, {AGAIN}"
