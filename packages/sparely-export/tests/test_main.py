"""`python -m sparely_export`: what it writes, says and exits with."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

from sparely.archive import read_archive
from sparely_export.__main__ import exported, main
from sparely_export.options import parse
from tests.serving import ask

ROWS = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [4.0, 1.0, 3.0, 2.5], "y": [5.0, 3.0, 6.0, 6.5]})
LINE = LinearRegression().fit(ROWS[["a", "b"]], ROWS["y"])


def arguments(folder: Path, estimator: Any, *more: str) -> list[str]:
    """Save an estimator and rows, and return the command line that adds it to the folder's models."""
    joblib.dump(estimator, folder / "model.joblib")
    ROWS.to_csv(folder / "rows.csv", index=False)
    model = [str(folder / "model.joblib"), "--area", "toys", "--name", "sum", "--data", str(folder / "rows.csv")]
    return [*model, "--target", "y", "--models", str(folder / "models"), *more]


def test_a_model_is_three_files_and_a_report(tmp_path: Path) -> None:
    """A process of its own exits with 0, reports on stdout and tells on stderr what may take long."""
    command = [sys.executable, "-W", "error", "-m", "sparely_export", *arguments(tmp_path, LINE)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    told = done.stderr.splitlines()
    assert (done.returncode, [line for line in told if not line.startswith("WARNING: ")]) == (
        0,
        [
            "toys/sum: read rows.csv ...",
            "toys/sum: open model.joblib, which runs the code in it ...",
            "toys/sum: ask it all 4 rows ...",
            "toys/sum: ask what it refuses ...",
            "toys/sum: convert in float32 and compare ...",
            "toys/sum: open it with the engine that ships ...",
        ],
    )
    assert told[2].endswith("a .skops file of the same model runs none."), "the warning comes before the file is opened"
    assert done.stdout.startswith("toys/sum ")
    assert sorted(file.name for file in (tmp_path / "models/toys/sum").iterdir()) == [
        "golden.json",
        "manifest.json",
        "model.onnx",
    ]


def test_refusal_is_a_sentence_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What will not convert ends the command with the reason; the models' folder is not even made."""
    steps = [("logarithm", FunctionTransformer(abs)), ("line", LinearRegression())]
    model = Pipeline(steps).fit(ROWS[["a", "b"]], ROWS["y"])

    assert main(arguments(tmp_path, model)) == 1

    assert 'step "logarithm": it is a FunctionTransformer that calls abs' in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize("option", ["--unit", "--null"])
def test_an_option_for_a_feature_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    """A slip of the pen must not pass in silence."""
    assert main(arguments(tmp_path, LINE, option, "nosuch=kg")) == 2

    assert capsys.readouterr().err.splitlines()[-1] == f'{option} names "nosuch"; the model takes a, b.'
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("target", "told", "exit_code"),
    [
        ("c,d", "--target names 2: c, d", 1),
        ("a", 'the target "a" is a feature of the model: ', 1),
        ("gap", "is empty in 1 of 4 rows", 1),
        ("nosuch", "has no column nosuch", 2),
    ],
)
def test_a_target_that_does_not_fit_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str, told: str, exit_code: int
) -> None:
    """It ends in a sentence, and writes nothing."""
    command = arguments(tmp_path, LINE, "--target", target)
    ROWS.assign(gap=[1.0, None, 2.0, 3.0], c=1.0, d=2.0).to_csv(tmp_path / "rows.csv", index=False)

    assert main(command) == exit_code

    assert told in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (["--unit", "a"], "expected FEATURE=VALUE, got a"),
        (["--absolute-tolerance", "much"], "invalid float value: 'much'"),
        (["--taget", "y"], "unrecognized arguments: --taget y"),
    ],
)
def test_a_wrong_call_ends_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: list[str], problem: str
) -> None:
    """Before anything is opened."""
    with pytest.raises(SystemExit) as caught:
        main(arguments(tmp_path, LINE, *changes))

    assert caught.value.code == 2
    assert problem in capsys.readouterr().err


def test_where_to_write_must_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The package knows no service."""
    *command, _option, _folder = arguments(tmp_path, LINE)

    with pytest.raises(SystemExit):
        main(command)

    assert "one of the arguments --models --bundle is required" in capsys.readouterr().err


def test_a_bundle_is_one_file_of_the_same_model(tmp_path: Path) -> None:
    """What the command writes as one file is what it writes as a folder."""
    command = arguments(tmp_path, LINE)

    assert main(command) == main([*command[:-2], "--bundle", str(tmp_path / "sum.zip")]) == 0

    written = {file.name: file.read_bytes() for file in (tmp_path / "models/toys/sum").iterdir()}
    assert read_archive(tmp_path / "sum.zip") == written


def test_a_package_that_is_missing_ends_with_three(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """This machine lacks something, which is no fault of the model."""
    monkeypatch.setitem(sys.modules, "xgboost", None)
    (tmp_path / "model.ubj").touch()

    assert main([str(tmp_path / "model.ubj"), *arguments(tmp_path, LINE)[1:]]) == 3

    assert "needs the package xgboost, which is not installed" in capsys.readouterr().err


def test_few_rows_are_warned_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The gate passes on four rows too, and says little then."""
    main(arguments(tmp_path, LINE))

    assert "WARNING: 4 rows compare little" in capsys.readouterr().out


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
    files = [str(tmp_path / "parcels.joblib"), "--data", str(tmp_path / "parcels.csv"), "--target", "kind"]

    main([*files, "--area", "post", "--name", "parcels", "--unit", "size=dm", "--models", str(tmp_path / "models")])

    told, warned = capsys.readouterr()
    assert f"WARNING: {files[0]} is a pickle: opening it runs whatever" in warned
    assert told.startswith("post/parcels ")
    assert "size: number of dm from 1 to 8; null is allowed" in told
    assert "colour: string, one of blue, green, red" in told
    assert "not taken: note" in told
    assert "accuracy 1" in told
    assert sorted(file.name for file in (tmp_path / "models/post/parcels").iterdir()) == [
        "golden.json",
        "manifest.json",
        "model.onnx",
    ]


@pytest.fixture
def subscriptions(tmp_path: Path) -> Path:
    """The folder of a service with a model of whole numbers, booleans and words, as the command line wrote it."""
    draws = np.random.RandomState(0)
    rows = pd.DataFrame(
        {
            "months": draws.randint(0, 60, 200),
            "paid": draws.uniform(size=200) < 0.7,
            "plan": draws.choice(["basic", "plus", "pro"], 200),
        }
    )
    stays = np.where(rows["months"] + 20 * rows["paid"] + draws.normal(0, 9, 200) > 35, "stays", "leaves")
    columns = ColumnTransformer(
        [
            ("numbers", SimpleImputer(strategy="median"), ["months"]),
            ("flags", "passthrough", ["paid"]),
            ("words", OneHotEncoder(handle_unknown="ignore"), ["plan"]),
        ]
    )
    model = Pipeline([("columns", columns), ("classify", LogisticRegression(max_iter=500))]).fit(rows, stays)
    joblib.dump(model, tmp_path / "model.joblib")
    rows.assign(outcome=stays).to_csv(tmp_path / "rows.csv", index=False)
    files = [str(tmp_path / "model.joblib"), "--data", str(tmp_path / "rows.csv"), "--target", "outcome"]
    assert main([*files, "--area", "shop", "--name", "churn", "--models", str(tmp_path / "models")]) == 0
    return tmp_path


def test_integers_booleans_and_words_are_told_apart(subscriptions: Path) -> None:
    """Each column has the type that its values have in the file, also where one may be left out."""
    manifest = json.loads((subscriptions / "models/shop/churn/manifest.json").read_text("utf-8"))

    assert {each["name"]: (each["type"], each["null"]) for each in manifest["features"]} == {
        "months": ("integer", "nan"),
        "paid": ("boolean", "refused"),
        "plan": ("string", "refused"),
    }


def test_golden_rows_hold_json_of_these_types(subscriptions: Path) -> None:
    """A caller sends 12, true and "pro", not 12.0, 1.0 and 2."""
    golden = json.loads((subscriptions / "models/shop/churn/golden.json").read_text("utf-8"))

    assert {tuple(type(value) for value in row.values()) for row in golden["instances"]} == {
        (int, bool, str),
        (type(None), bool, str),
    }


def test_integers_booleans_and_words_are_answered_by_the_service(subscriptions: Path) -> None:
    """The handler gives the estimator's answers for the golden rows, one with null among them."""
    golden = json.loads((subscriptions / "models/shop/churn/golden.json").read_text("utf-8"))

    answers = ask(subscriptions, "shop", "churn", golden["instances"])

    assert [each["label"] for each in answers] == [each["label"] for each in golden["predictions"]]
    assert [each["probabilities"]["stays"] for each in answers] == pytest.approx(
        [each["probabilities"]["stays"] for each in golden["predictions"]], abs=1e-5
    )


def test_a_full_disk_is_told_as_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And not as something that the model is at fault for."""

    def fails(step: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    assert exported(parse(arguments(tmp_path, LINE)), fails) == 1

    assert capsys.readouterr().err == "toys/sum: No space left on device. Nothing was written.\n"


def test_what_the_export_does_not_know_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the place, for a report, and what to do instead; nothing is written."""

    def fails(step: str) -> None:
        raise ZeroDivisionError("of something else.")

    assert exported(parse(arguments(tmp_path, LINE)), fails) == 1

    assert capsys.readouterr().err.startswith(
        "toys/sum: the export met what it does not know (ZeroDivisionError: of something else, tests/test_main.py:"
    )
    assert not (tmp_path / "models").exists()
