"""`sparely add-model` and `train`: an export as a process, its refusals passed on, and what follows from the model."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import joblib
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from sparely.bundle import read_bundle
from sparely_toolkit.contract import regenerate
from sparely_toolkit.models.export_environment import MARK, prepare
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely
from support.services import REPOSITORY

pytestmark = pytest.mark.slow

PACKAGE = REPOSITORY / "packages" / "sparely"


@pytest.fixture
def fitted(tmp_path: Path) -> tuple[Path, Path]:
    """A model of two columns, and its rows."""
    rows = pd.DataFrame({"rooms": [1.0, 2, 3, 4] * 10, "floor": [0.0, 1, 5, 2, 3] * 8})
    rows["rent"] = 300 * rows["rooms"] + 10 * rows["floor"]
    joblib.dump(LinearRegression().fit(rows[["rooms", "floor"]], rows["rent"]), tmp_path / "rent.joblib")
    rows.to_csv(tmp_path / "rents.csv", index=False)
    return tmp_path / "rent.joblib", tmp_path / "rents.csv"


def test_model_is_added_with_all_that_follows(project: Project, fitted: tuple[Path, Path], sparely: Sparely) -> None:
    """Contract, events and README name it, and what was told of it."""
    model, rows = fitted

    outcome = sparely(
        *("add-model", model, "--area", "homes", "--name", "rent", "--data", rows, "--target", "rent"),
        *("--description", "What a flat costs.", "--unit", "rooms=rooms", "--relative-tolerance", "1e-3"),
        service=project.root,
    )

    assert (outcome.exit_code, outcome.err) == (ExitCode.DONE, "")
    regenerate.check(project)
    assert "/predict/homes/rent" in project.openapi.read_text("utf-8")
    manifest = read_bundle(project.models / "homes" / "rent").manifest
    assert (manifest.document["description"], manifest.features[0].unit) == ("What a flat costs.", "rooms")
    assert manifest.tolerance.relative == 1e-3


def test_command_that_asks_it_is_printed(project: Project, fitted: tuple[Path, Path], sparely: Sparely) -> None:
    """With the answer that it will have."""
    model, rows = fitted

    outcome = sparely(
        "add-model",
        model,
        "--area",
        "homes",
        "--name",
        "rent",
        "--data",
        rows,
        "--target",
        "rent",
        service=project.root,
    )

    answer = json.loads(outcome.out.splitlines()[-1])
    assert "curl http://localhost:3000/predict/homes/rent " in outcome.out
    assert list(answer["predictions"]["rent"][0]) == ["value"]


@pytest.mark.parametrize(
    ("options", "exit_code", "sentence"),
    [
        (["--target", "price"], ExitCode.WRONG_CALL, "rents.csv has no column price; it has rooms, floor, rent.\n"),
        (
            ["--target", "rent", "--unit", "x=m"],
            ExitCode.WRONG_CALL,
            '--unit names "x"; the model takes rooms, floor.\n',
        ),
    ],
)
def test_refusal_of_the_export_is_passed_on(
    project: Project,
    fitted: tuple[Path, Path],
    sparely: Sparely,
    options: list[str],
    exit_code: ExitCode,
    sentence: str,
) -> None:
    """In its words and with its exit code, and nothing is written."""
    model, rows = fitted
    before = sorted(project.models.rglob("*"))

    outcome = sparely(
        *("add-model", model, "--area", "homes", "--name", "rent", "--data", rows), *options, service=project.root
    )

    told = [line for line in outcome.out.splitlines() if "is a pickle: opening it runs" not in line]
    assert (outcome.exit_code, told) == (exit_code, [])
    assert outcome.err.endswith(sentence)
    assert outcome.err.count("\n") == 1
    assert sorted(project.models.rglob("*")) == before


def test_code_in_a_file_is_warned_of_whatever_comes_of_it(
    project: Project, fitted: tuple[Path, Path], sparely: Sparely
) -> None:
    """The sentence is printed before the file is opened, not with the report, which may never come."""
    model, rows = fitted
    joblib.dump([joblib.load(model)], model)

    outcome = sparely("add-model", model, "--area", "homes", "--name", "rent", "--data", rows, service=project.root)

    assert (outcome.exit_code, outcome.out) == (
        ExitCode.NO,
        f"{model} is a pickle: opening it runs whatever code was put into it. Go on only with a file that you, or "
        "someone you trust, made; a .skops file of the same model runs none.\n",
    )
    assert outcome.err.startswith(f"{model} holds a list, not a fitted model: it has no predict. Its [0] is a ")


def test_everything_that_is_left_out_is_said_at_once(project: Project, sparely: Sparely) -> None:
    """As a command, and as make has it."""
    outcome = sparely("add-model", "--area", "homes", service=project.root)

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.WRONG_CALL,
        "add-model lacks MODEL and --name and --data: sparely add-model MODEL --area AREA --name NAME --data ROWS "
        "--target COLUMN, or make add-model MODEL=file AREA= NAME= DATA=rows.\n",
    )


def test_model_whose_contract_cannot_be_written_is_said_to_be_there(
    project: Project, fitted: tuple[Path, Path], sparely: Sparely
) -> None:
    """What is lacking can be made later, by a command that is named."""
    model, rows = fitted
    broken = project.models / "winery" / "cultivar" / "golden.json"
    broken.write_text("{}", "utf-8")

    outcome = sparely(
        "add-model",
        model,
        "--area",
        "homes",
        "--name",
        "rent",
        "--data",
        rows,
        "--target",
        "rent",
        service=project.root,
    )

    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err == (
        "The model homes/rent was written and is served, but not all that follows from it could be made: "
        f'{broken}: "instances" is not a list of objects. Mend the cause and run: make contract\n'
    )
    assert (project.models / "homes" / "rent" / "model.onnx").is_file()


def test_script_is_run_where_the_training_libraries_are(project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """With what stands behind it; what follows from the models is written after it."""
    script = tmp_path / "mine.py"
    script.write_text("import sys, sparely_export\nprint(sys.argv[1:])\n", "utf-8")

    outcome = sparely("train", script, "--fast", "7", service=project.root)

    assert (outcome.exit_code, outcome.out) == (
        ExitCode.DONE,
        f"['--fast', '7']\n{script} has ended well.\nopenapi.yaml and all that is made from the models was up to date.\n",
    )


def test_train_without_a_script_says_what_it_takes(project: Project, sparely: Sparely) -> None:
    """Before an environment is made."""
    outcome = sparely("train", service=project.root)

    assert (outcome.exit_code, outcome.out) == (ExitCode.WRONG_CALL, "")
    assert outcome.err == ("Name the script: make train SCRIPT=training/mine.py, or sparely train training/mine.py.\n")


def test_failing_script_is_the_answer_no(project: Project, tmp_path: Path, sparely: Sparely) -> None:
    """Its own words say why."""
    script = tmp_path / "mine.py"
    script.write_text("raise SystemExit('the rows are not there')\n", "utf-8")

    outcome = sparely("train", script, service=project.root)

    assert (outcome.exit_code, outcome.err) == (ExitCode.NO, "the rows are not there\n")


def test_environment_is_made_from_the_lock_and_once(project: Project, tmp_path: Path) -> None:
    """From what requirements/export.txt pins with hashes; a changed lock makes it anew."""
    (project.requirements / "export.txt").write_text("", "utf-8")
    steps: list[str] = []

    python = prepare(project, steps.append)
    again = prepare(project, steps.append)
    (project.requirements / "export.txt").write_text("# other\n", "utf-8")
    prepare(project, steps.append)

    assert python == again
    assert python.is_relative_to(project.export_environment)
    assert steps == [
        "make its environment", "install the training libraries, once", "install the training libraries, once",
    ]  # fmt: skip
    assert (project.export_environment / MARK).is_file()


def test_environment_outlives_a_move_of_the_service(project: Project) -> None:
    """Its programs still start, and nothing is made anew."""
    (project.requirements / "export.txt").write_text(
        "docutils==0.22.4 --hash=sha256:d0013f540772d1420576855455d050a2180186c91c15779301ac2ccb3eeb68de\n", "utf-8"
    )
    prepare(project, print)
    moved = Project(project.root.rename(project.root.with_name("renamed service")))
    steps: list[str] = []

    python = prepare(moved, steps.append)

    assert steps == []
    assert subprocess.run([python.with_name("docutils"), "--version"], check=False).returncode == 0


def test_unpacked_sources_are_found_where_a_moved_service_has_them(project: Project) -> None:
    """They are installed from there, by their path."""
    (project.requirements / "export.txt").write_text("", "utf-8")
    shutil.copytree(PACKAGE, project.unpacked / "sparely", ignore=shutil.ignore_patterns("tests"))
    prepare(project, print)
    moved = Project(project.root.rename(project.root.with_name("renamed service")))

    python = prepare(moved, print)

    command = [str(python), "-c", "import sparely; print(sparely.__file__)"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert Path(printed.strip()).is_relative_to(moved.root)


def test_lock_that_cannot_be_installed_is_told(
    project: Project, sparely: Sparely, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In uv's words, and the next call tries again."""
    (project.requirements / "export.txt").write_text(f"jmespath==1.1.0 --hash=sha256:{'0' * 64}\n", "utf-8")
    monkeypatch.setitem(sys.modules, "sparely_export", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    outcome = sparely(
        "add-model", "m.joblib", "--area", "homes", "--name", "rent", "--data", "r.csv", service=project.root
    )

    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err.startswith(".venv-export cannot be made: ")
    assert "Hash mismatch" in outcome.err
    assert not (project.export_environment / MARK).exists()
