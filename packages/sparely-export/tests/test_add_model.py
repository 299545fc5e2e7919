"""A model of one's own, from docs/add-a-model.md to an answer."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from sparely_export.add_model import add, main
from sparely_export.options import parse

SERVICE = Path(__file__).parents[2]
PAGE = (SERVICE / "docs" / "add-a-model.md").read_text("utf-8")
PARTS = ("src", "training", "local", "contract", "hooks", "events")
ASK = """
import json, sys
from sparely.service import lambda_handler
from sparely_toolkit.contract.sample_events import event
class Context: aws_request_id = "1"; function_name = "f"; memory_limit_in_mb = "1"; invoked_function_arn = "a"
print(lambda_handler(event("POST", sys.argv[1], sys.argv[2]), Context())["body"])
"""


def block(name: str) -> str:
    """Return the page's block of code behind the comment of that name."""
    found = re.search(rf"<!-- {re.escape(name)} -->\n```\w*\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the service, in which the page's commands were run."""
    copy = tmp_path_factory.mktemp("project")
    for part in PARTS:
        if (SERVICE / part).exists():
            shutil.copytree(SERVICE / part, copy / part)
    for file in ("template.yaml", "pyproject.toml", "README.md"):
        shutil.copy(SERVICE / file, copy)
    (copy / "fit.py").write_text(block("fit.py"), "utf-8")
    run(copy, [sys.executable, "fit.py"])
    python, *arguments = shlex.split(block("add"))
    assert python == ".venv/bin/python"
    (copy / "report.txt").write_text(run(copy, [sys.executable, *arguments]), "utf-8")
    return copy


def run(folder: Path, command: list[str]) -> str:
    """Run a command in the folder and return what it prints."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{folder}"}
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


def ask(project: Path, path: str, body: str) -> Any:
    """Return the handler's answer; the line before it is the log's."""
    return json.loads(run(project, [sys.executable, "-c", ASK, path, body]).splitlines()[-1])


def test_report_tells_what_was_understood(project: Path) -> None:
    """Features, numbers, parity and size are in the report."""
    report = (project / "report.txt").read_text("utf-8")

    assert "mean_radius: number from 6.981 to 28.11; null is allowed" in report
    assert "float64: kept, it agrees" in report
    assert "all labels equal" in report
    assert "events/ made anew" in report
    assert "README.md made anew" in report


def test_added_model_answers_as_its_estimator(project: Path) -> None:
    """Through the handler, golden rows get the estimator's answers, to 1e-5."""
    golden = json.loads((project / "src/models/oncology/tumour/golden.json").read_text("utf-8"))
    body = json.dumps({"instances": golden["instances"]})

    answer = ask(project, "/predict/oncology/tumour", body)

    for got, expected in zip(answer["predictions"]["tumour"], golden["predictions"], strict=True):
        assert got["label"] == expected["label"]
        assert got["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-5, rel=1e-5)


def test_question_of_the_page_is_answered(project: Path) -> None:
    """The page's own request, with a null, gets a diagnosis."""
    command = shlex.split(block("ask"))
    path = command[2].removeprefix("localhost:3000")

    answer = ask(project, path, command[command.index("-d") + 1])

    assert answer["predictions"]["tumour"][0]["label"] in ("benign", "malignant")


def test_manifest_keeps_quantiles_and_source(project: Path) -> None:
    """The catalogue tells where the rows came from, and how their numbers were spread."""
    manifest = json.loads((project / "src/models/oncology/tumour/manifest.json").read_text("utf-8"))

    assert manifest["training"]["data"] == {"name": "tumours", "source": "tumours.csv", "rows": 569}
    assert manifest["features"][0]["quantiles"]["0.5"] == 13.37


def arguments(folder: Path, estimator: Any, *more: str) -> list[str]:
    """Save an estimator and rows, and return the command line that adds it to the folder's models."""
    joblib.dump(estimator, folder / "model.joblib")
    ROWS.to_csv(folder / "rows.csv", index=False)
    given = [str(folder / "model.joblib"), "--area", "toys", "--name", "sum", "--data", str(folder / "rows.csv")]
    return [*given, "--target", "y", "--models", str(folder / "models"), *more]


ROWS = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [4.0, 1.0, 3.0, 2.5], "y": [5.0, 3.0, 6.0, 6.5]})


def test_refusal_is_a_sentence_and_writes_nothing(tmp_path: Path) -> None:
    """What will not convert ends the command with the reason; the models' folder is not even made."""
    steps = [("logarithm", FunctionTransformer(abs)), ("line", LinearRegression())]
    model = Pipeline(steps).fit(ROWS[["a", "b"]], ROWS["y"])

    with pytest.raises(SystemExit, match='step "logarithm": it is a FunctionTransformer that calls abs'):
        main(arguments(tmp_path, model))

    assert not (tmp_path / "models").exists()


def test_tolerance_is_loosened_only_on_demand_and_recorded(tmp_path: Path) -> None:
    """The manifest keeps what was allowed."""
    model = Pipeline([("scale", StandardScaler()), ("line", LinearRegression())]).fit(ROWS[["a", "b"]], ROWS["y"])

    prepared, _, _ = add(parse(arguments(tmp_path, model, "--absolute-tolerance", "0.01")))

    parity = prepared.manifest["parity"]
    assert (parity["absolute_tolerance"], parity["relative_tolerance"]) == (0.01, 1e-5)


def test_metrics_are_of_the_given_rows(tmp_path: Path) -> None:
    """They are called so, for the rows may be those of training."""
    prepared, described, warning = add(parse(arguments(tmp_path, LinearRegression().fit(ROWS[["a", "b"]], ROWS["y"]))))

    assert prepared.manifest["metrics"] == {"given_rows": 4, "r2": 1.0, "mean_absolute_error": 0.0}
    assert [feature.name for feature in described.features] == ["a", "b"]
    assert warning is None


def test_a_classifier_of_words_numbers_and_gaps_is_reported_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page that an export prints names types, units, categories, nulls, the target's metrics and columns not taken."""
    rows = pd.DataFrame(
        {
            "size": [1.0, 2.0, None, 4.0, 5.0, 6.5, 7.0, 8.0] * 6,
            "colour": ["red", "green", "blue", "red", "blue", "green", "red", "blue"] * 6,
            "note": [f"row {number}" for number in range(48)],
        }
    )
    kind = ["big" if size > 4 else "small" for size in rows["size"].fillna(0)]
    columns = ColumnTransformer(
        [
            ("numbers", SimpleImputer(), ["size"]),
            ("words", OneHotEncoder(handle_unknown="ignore"), ["colour"]),
        ]
    )
    model = Pipeline([("columns", columns), ("classify", LogisticRegression())]).fit(rows[["size", "colour"]], kind)
    joblib.dump(model, tmp_path / "parcels.joblib")
    rows.assign(kind=kind).to_csv(tmp_path / "parcels.csv", index=False)
    given = [str(tmp_path / "parcels.joblib"), "--data", str(tmp_path / "parcels.csv"), "--target", "kind"]

    main([*given, "--area", "post", "--name", "parcels", "--unit", "size=dm", "--models", str(tmp_path / "models")])

    told = capsys.readouterr().out
    assert "opening it runs whatever" in told
    assert "\npost/parcels " in told
    assert "size: number of dm from 1 to 8; null is allowed" in told
    assert "colour: string, one of blue, green, red" in told
    assert "not taken: note" in told
    assert "accuracy 1" in told
    assert sorted(file.name for file in (tmp_path / "models/post/parcels").iterdir()) == [
        "golden.json",
        "manifest.json",
        "model.onnx",
    ]


def test_what_follows_from_a_model_and_fails_ends_in_the_command_to_run_again(project: Path, tmp_path: Path) -> None:
    """The model stands; the command fails all the same, for events, contract or README are stale."""
    broken = tmp_path / "broken"
    shutil.copytree(project, broken)
    (broken / "local" / "sample_events.py").write_text("raise SystemExit('no events today')\n")
    _, *command = shlex.split(block("add"))

    done = subprocess.run(
        [sys.executable, *command],
        cwd=broken,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "events/ was not made anew: no events today" in done.stdout
    assert "README.md made anew" in done.stdout
    assert done.stderr.strip() == (
        "The model oncology/tumour was written and is served, but not all that follows from it could be made. "
        "Mend the cause and run: make contract"
    )


@pytest.mark.parametrize("option", ["--unit", "--null"])
def test_an_option_for_a_feature_that_is_not_there_is_refused(tmp_path: Path, option: str) -> None:
    """A slip of the pen must not pass in silence."""
    model = LinearRegression().fit(ROWS[["a", "b"]], ROWS["y"])

    with pytest.raises(SystemExit, match=rf'^{option} names "nosuch"; the model takes a, b\.$'):
        main(arguments(tmp_path, model, option, "nosuch=kg"))


def test_few_rows_are_warned_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The gate passes on four rows too, and says little then."""
    main(arguments(tmp_path, LinearRegression().fit(ROWS[["a", "b"]], ROWS["y"])))

    assert "WARNING: 4 rows compare little" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("target", "told"),
    [("a,b", "--target names 2: a, b"), ("gap", "is empty in 1 of 4 rows"), ("nosuch", "has no column nosuch")],
)
def test_a_target_that_does_not_fit_is_refused(tmp_path: Path, target: str, told: str) -> None:
    """It ends in a sentence, and writes nothing."""
    command = arguments(tmp_path, LinearRegression().fit(ROWS[["a", "b"]], ROWS["y"]), "--target", target)
    ROWS.assign(gap=[1.0, None, 2.0, 3.0]).to_csv(tmp_path / "rows.csv", index=False)

    with pytest.raises(SystemExit, match=told):
        main(command)

    assert not (tmp_path / "models").exists()
