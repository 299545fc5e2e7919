"""A model of one's own, from the page that tells how to an answer."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sparely_export.add_model import add
from sparely_export.options import parse
from tests.pages import block
from tests.serving import ask

OPTIONS = {"AREA": "--area", "NAME": "--name", "DATA": "--data"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the page's lines were run: fit.py, then what `make add-model` starts."""
    folder = tmp_path_factory.mktemp("service")
    (folder / "fit.py").write_text(block("fit.py"), "utf-8")
    run(folder, [sys.executable, "fit.py"])
    command = [sys.executable, "-m", "sparely_export", *page_arguments(), "--models", "src/models"]
    (folder / "report.txt").write_text(run(folder, command), "utf-8")
    return folder


def page_arguments() -> list[str]:
    """What the page's `make add-model` hands on."""
    make, target, *variables = shlex.split(block("add"))
    assert (make, target) == ("make", "add-model")
    values = dict(entry.split("=", 1) for entry in variables)
    options = [word for name, option in OPTIONS.items() for word in (option, values[name])]
    return [values["MODEL"], *options, *shlex.split(values["ARGS"])]


def run(folder: Path, command: list[str]) -> str:
    """Run a command in the folder and return what it prints."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


def test_report_tells_what_was_understood(service: Path) -> None:
    """Features, numbers, parity and size are in the report."""
    report = (service / "report.txt").read_text("utf-8")

    assert "mean_radius: number from 6.981 to 28.11; null is allowed" in report
    assert "float64: kept, it agrees" in report
    assert "all labels equal" in report
    assert re.search(r"^  \d+\.\d kB$", report, re.MULTILINE)


def test_added_model_answers_as_its_estimator(service: Path) -> None:
    """Through the handler, golden rows get the estimator's answers, to 1e-5."""
    golden = json.loads((service / "src/models/oncology/tumour/golden.json").read_text("utf-8"))

    answers = ask(service / "src", "oncology", "tumour", golden["instances"])

    for got, expected in zip(answers, golden["predictions"], strict=True):
        assert got["label"] == expected["label"]
        assert got["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-5, rel=1e-5)


def test_question_of_the_page_is_answered(service: Path) -> None:
    """The page's own request, with a null, gets a diagnosis."""
    command = shlex.split(block("ask"))
    assert command[2] == "localhost:3000/predict/oncology/tumour"

    (answer,) = ask(service / "src", "oncology", "tumour", json.loads(command[command.index("-d") + 1])["instances"])

    assert answer["label"] in ("benign", "malignant")


def test_manifest_keeps_quantiles_and_source(service: Path) -> None:
    """The catalogue tells where the rows came from, and how their numbers were spread."""
    manifest = json.loads((service / "src/models/oncology/tumour/manifest.json").read_text("utf-8"))

    assert manifest["training"]["data"] == {"name": "tumours", "source": "tumours.csv", "rows": 569}
    assert manifest["features"][0]["quantiles"]["0.5"] == 13.37


ROWS = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [4.0, 1.0, 3.0, 2.5], "y": [5.0, 3.0, 6.0, 6.5]})


def arguments(folder: Path, estimator: Any, *more: str) -> list[str]:
    """Save an estimator and rows, and return the command line that adds it to the folder's models."""
    joblib.dump(estimator, folder / "model.joblib")
    ROWS.to_csv(folder / "rows.csv", index=False)
    model = [str(folder / "model.joblib"), "--area", "toys", "--name", "sum", "--data", str(folder / "rows.csv")]
    return [*model, "--target", "y", "--models", str(folder / "models"), *more]


def test_tolerance_is_loosened_only_on_demand_and_recorded(tmp_path: Path) -> None:
    """The manifest keeps what was allowed."""
    model = Pipeline([("scale", StandardScaler()), ("line", LinearRegression())]).fit(ROWS[["a", "b"]], ROWS["y"])

    added = add(parse(arguments(tmp_path, model, "--absolute-tolerance", "0.01")))

    parity = added.prepared.manifest["parity"]
    assert (parity["absolute_tolerance"], parity["relative_tolerance"]) == (0.01, 1e-5)


def test_metrics_are_of_the_given_rows(tmp_path: Path) -> None:
    """They are called so, for the rows may be those of training."""
    prepared, described, warning, *_ = add(
        parse(arguments(tmp_path, LinearRegression().fit(ROWS[["a", "b"]], ROWS["y"])))
    )

    assert prepared.manifest["metrics"] == {"given_rows": 4, "r2": 1.0, "mean_absolute_error": 0.0}
    assert [feature.name for feature in described.features] == ["a", "b"]
    assert warning is None


def test_long_steps_are_told_as_they_begin(tmp_path: Path) -> None:
    """In the order in which they are done; float64 is tried only where it is needed."""
    steps: list[str] = []

    add(parse(arguments(tmp_path, LinearRegression().fit(ROWS[["a", "b"]], ROWS["y"]))), steps.append)

    assert steps == [
        "read rows.csv",
        "open model.joblib, which runs the code in it",
        "ask it all 4 rows",
        "ask what it refuses",
        "convert in float32 and compare",
        "open it with the engine that ships",
    ]
