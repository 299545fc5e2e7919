"""`export`, as a notebook or a training job calls it."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sparely.archive import read_archive
from sparely.bundle import MANIFEST, STEPS
from sparely_export import Refusal, export
from sparely_export.__main__ import main
from tests.lines import LINE, PLACE, X, Y


def test_model_in_memory_becomes_one_file(tmp_path: Path) -> None:
    """Which says what the report says."""
    report = export(LINE, X, tmp_path / "sum.zip", target=Y, **PLACE)

    assert report.path == tmp_path / "sum.zip"
    assert f'"version": "{report.manifest["version"]}"'.encode() in read_archive(report.path)[MANIFEST]
    assert report.manifest["metrics"] == {"given_rows": 40, "r2": 1.0, "mean_absolute_error": 0.0}


def test_equal_calls_write_equal_bytes(tmp_path: Path) -> None:
    """In this process and in another."""
    call = (
        "from tests.test_notebook import *\n"
        f"export(LINE, X, {str(tmp_path / 'other.zip')!r}, target=Y, area='toys', name='sum')"
    )
    export(LINE, X, tmp_path / "sum.zip", target=Y, **PLACE)

    paths = [str(Path(__file__).parents[1]), str(Path(__file__).parents[3] / "tests")]
    script = f"import sys; sys.path[:0] = {paths!r}\n{call}"
    subprocess.run([sys.executable, "-B", "-c", script], check=True, cwd=tmp_path)

    assert (tmp_path / "sum.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()


def test_function_and_command_write_the_same(tmp_path: Path) -> None:
    """There is one implementation; what differs is where model and rows come from."""
    joblib.dump(LINE, tmp_path / "model.joblib")
    X.assign(y=Y).to_csv(tmp_path / "rows.csv", index=False)
    files = [str(tmp_path / "model.joblib"), "--data", str(tmp_path / "rows.csv"), "--target", "y"]
    options = ["--area", "toys", "--name", "sum", "--unit", "a=mm", "--description", "A sum."]

    main([*files, *options, "--bundle", str(tmp_path / "command.zip")])
    export(
        tmp_path / "model.joblib", tmp_path / "rows.csv", tmp_path / "function.zip",
        target="y", units={"a": "mm"}, description="A sum.", **PLACE,
    )  # fmt: skip

    assert (tmp_path / "command.zip").read_bytes() == (tmp_path / "function.zip").read_bytes()


@pytest.mark.parametrize(
    ("rows", "target"),
    [
        (X, Y),
        (X, Y.rename("y")),
        (X, Y.to_numpy()),
        (X, Y.to_list() and Y.to_frame("y")),
        (X.assign(y=Y), "y"),
        (X.assign(y=Y), ["y"]),
        (X.assign(y=Y).to_dict("records"), "y"),
        (X.to_numpy(), Y),
        (X, None),
    ],
)
def test_rows_and_target_have_the_form_that_one_has(tmp_path: Path, rows: Any, target: Any) -> None:
    """The features are the same whatever they came in."""
    report = export(LINE, rows, tmp_path / "sum.zip", target=target, **PLACE)

    assert [(each["name"], each["type"]) for each in report.manifest["features"]] == [("a", "number"), ("b", "number")]
    assert ("r2" in report.manifest["metrics"]) is (target is not None)


def test_words_as_values_of_the_target_are_values(tmp_path: Path) -> None:
    """A list of as many words as rows names no columns."""
    words = np.where(Y > 5, "big", "small")
    model = LogisticRegression().fit(X, words)

    report = export(model, X, tmp_path / "kind.zip", target=words.tolist(), **PLACE)

    assert "accuracy" in report.manifest["metrics"]


def test_columns_of_an_array_have_names_that_callers_can_send(tmp_path: Path) -> None:
    """Where the estimator was fitted without any."""
    model = LinearRegression().fit(X.to_numpy(), Y)

    report = export(model, X.to_numpy(), tmp_path / "sum.zip", **PLACE)

    assert [each["name"] for each in report.manifest["features"]] == ["x0", "x1"]


def test_callers_frame_is_left_as_it_is(tmp_path: Path) -> None:
    """A notebook goes on working with it."""
    rows = X.set_index(X.index + 100)
    before = rows.copy()

    export(LINE, rows, tmp_path / "sum.zip", target=Y.to_numpy(), **PLACE)

    pd.testing.assert_frame_equal(rows, before)


def test_own_steps_go_with_it(tmp_path: Path) -> None:
    """With a module that lies beside them; rows are raw then, and the rows of the fit are held against `prepare`."""
    (tmp_path / "lengths_of_a_test.py").write_text("def millimetres(value):\n    return value * 10\n", "utf-8")
    (tmp_path / "steps.py").write_text(
        "from lengths_of_a_test import millimetres\n\n\n"
        "def prepare(row):\n    return {'a': millimetres(row['a_cm']), 'b': row['b']}\n",
        "utf-8",
    )
    raw = pd.DataFrame({"a_cm": X["a"] / 10, "b": X["b"]})

    for _ in "twice":  # a notebook's cell is run again, with the module imported by then
        report = export(LINE, raw, tmp_path / "sum.zip", steps=tmp_path / "steps.py", prepared=X, **PLACE)

    assert [each["name"] for each in report.manifest["features"]] == ["a_cm", "b"]
    assert [*report.manifest["steps"]["modules"]] == ["lengths_of_a_test.py"]
    assert read_archive(report.path)[STEPS] == (tmp_path / "steps.py").read_bytes()


def test_words_of_a_file_stay_words(tmp_path: Path) -> None:
    """As the command reads them: what the estimator knows as text is text, in features, targets and prepared rows."""
    rows = pd.DataFrame({"code": ["01067", "04103", "None", "NA"] * 10, "pool": ["None", "some", "some", "None"] * 10})
    rows.to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "steps.py").write_text("def prepare(row):\n    return {'code': row['postcode']}\n", "utf-8")
    model = make_pipeline(OneHotEncoder(), LogisticRegression()).fit(rows[["code"]], rows["pool"])

    report = export(model, tmp_path / "rows.csv", tmp_path / "sum.zip", target="pool", **PLACE)
    raw = rows[["code"]].rename(columns={"code": "postcode"})
    own: dict[str, Any] = {"steps": tmp_path / "steps.py", "prepared": str(tmp_path / "rows.csv")}
    rows[["code"]].to_csv(tmp_path / "rows.csv", index=False)
    other = export(model, raw, tmp_path / "own.zip", **own, **PLACE)

    assert report.manifest["labels"] == ["None", "some"]
    assert report.manifest["features"][0]["categories"] == ["01067", "04103", "NA", "None"]
    assert [each["type"] for each in other.manifest["features"]] == ["string"]


TEXTS = pd.Series(["red room", "late again", "room lost", "red wine"] * 10)


@pytest.mark.parametrize(
    ("texts", "name"),
    [(TEXTS.rename("said"), "said"), (TEXTS, "text"), (TEXTS.tolist(), "text"), (TEXTS.to_numpy(), "text")],
    ids=["named series", "series", "list", "array"],
)
def test_texts_are_rows_of_one_column(tmp_path: Path, texts: Any, name: str) -> None:
    """As a vectorizer at the front was fitted on them."""
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(TEXTS, TEXTS.str.contains("room"))

    report = export(model, texts, tmp_path / "sum.zip", **PLACE)

    assert [each["name"] for each in report.manifest["features"]] == [name]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model": LinearRegression}, "model is the class LinearRegression, which has no predict to call;"),
        ({"model": [1, 2]}, "model is a list, which has no predict to call;"),
        ({"rows": 7}, "rows is a int; give a DataFrame"),
        ({"rows": X.to_numpy()[0]}, "rows is a ndarray of shape (2,); give a DataFrame"),
        ({"rows": X.iloc[:0]}, "rows holds no rows;"),
        ({"rows": pd.concat([X, X], axis=1)}, 'rows has the column "a" twice;'),
        ({"target": Y[:3]}, "target has 3 values for 40 rows."),
        ({"target": Y.rename("a")}, 'target is called "a", as a column of rows is;'),
        ({"target": "y"}, "rows has no column y; it has a, b."),
        ({"units": {"c": "mm"}}, 'units names "c"; the model takes a, b.'),
        ({"kind": "forest"}, 'kind is "forest"; expected one of classifier, multilabel, regressor, multi-regressor.'),
        ({"name": "My Sum"}, '"My Sum" is no name for a route;'),
        ({"rows": X.rename(columns={"a": "c"})}, 'the rows have no column "a"; the estimator was fitted on it.'),
    ],
)
def test_what_does_not_pass_is_a_sentence_and_writes_nothing(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    """In the words of the function's arguments; a bundle that is there stands."""
    (tmp_path / "sum.zip").write_bytes(b"older")
    call: dict[str, Any] = {"model": LINE, "rows": X, "path": tmp_path / "sum.zip", **PLACE, **changes}

    with pytest.raises(Refusal) as caught:
        export(call.pop("model"), call.pop("rows"), call.pop("path"), **call)

    assert sentence in str(caught.value)
    assert "--" not in str(caught.value)
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("sum.zip", b"older")]


def test_export_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By an exception in the caller's own thread; the sentence has the step, and the argument that gives it more."""

    def slow(model: Any, rows: Any) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            time.sleep(0.01)

    monkeypatch.setattr(LinearRegression, "predict", slow)

    with pytest.raises(Refusal) as caught:
        export(LINE, X, tmp_path / "sum.zip", target=Y, most_seconds=0.5, **PLACE)

    assert str(caught.value) == (
        'toys/sum is not done after 0.5 s, at the step "ask it all 40 rows". Nothing was written. Give it more with '
        "most_seconds=2, or fit a smaller model: fewer trees, fewer columns, fewer rows that it keeps."
    )
    assert not any(tmp_path.iterdir())
