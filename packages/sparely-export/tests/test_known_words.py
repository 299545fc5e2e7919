"""Columns that a fitted estimator knows as words."""

import json
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sparely_export.__main__ import main
from sparely_export.known_words import words_known
from sparely_export.rows import read_rows

CODES = pd.DataFrame({"code": ["01067", "04103", "01067", "04103"], "pool": ["None", "NA", "True", "None"]})
ROWS = CODES.assign(size=[1.0, 2.0, 3.0, 4.0])
OUTCOME = ["None", "some", "None", "some"]


def fitted(*steps: Any) -> Any:
    columns = ColumnTransformer([("words", make_pipeline(*steps), ["code", "pool"]), ("rest", "passthrough", ["size"])])
    return make_pipeline(columns, LogisticRegression()).fit(ROWS, OUTCOME)


@pytest.mark.parametrize("steps", [[OneHotEncoder()], [SimpleImputer(strategy="most_frequent"), OneHotEncoder()]])
def test_encoders_tell(steps: list[Any]) -> None:
    """Also behind an imputer, which hands on no names; the target by its classes."""
    assert words_known(fitted(*steps), [*ROWS, "outcome"], ["outcome"]) == ["code", "pool", "outcome"]


def test_numbers_stay_numbers() -> None:
    """An encoder of whole numbers makes no words of them."""
    model = make_pipeline(OneHotEncoder(), LogisticRegression()).fit(
        pd.DataFrame({"month": [1, 2, 3, 1]}), [0, 1, 1, 0]
    )

    assert words_known(model, ["month", "y"], ["y"]) == []


def test_words_are_read_as_they_stand(tmp_path: Path) -> None:
    """A leading zero stays, NA and None are words, and only an empty cell is missing."""
    (tmp_path / "rows.csv").write_text("code,pool,size\n01067,None,1\n04103,NA,\n,True,3\n", "utf-8")

    frame = read_rows(tmp_path / "rows.csv", ["code", "pool"])

    assert frame["code"].tolist()[:2] == ["01067", "04103"]
    assert frame["code"].isna().tolist() == [False, False, True]
    assert frame["pool"].tolist() == ["None", "NA", "True"]
    assert frame["size"].isna().tolist() == [False, True, False]


def test_a_pipeline_of_texts_knows_its_column() -> None:
    """And its target by its classes."""
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(CODES["code"], OUTCOME)

    assert words_known(model, ["code", "outcome"], ["outcome"]) == ["code", "outcome"]


def test_a_vocabulary_of_one_column_makes_words_of_it() -> None:
    """Beside it a column of numbers stays one."""
    columns = ColumnTransformer([("text", CountVectorizer(), "code"), ("rest", "passthrough", ["size"])])
    model = make_pipeline(columns, LogisticRegression()).fit(ROWS, [0, 1, 0, 1])

    assert words_known(model, [*ROWS]) == ["code"]


def test_dropped_columns_are_no_words() -> None:
    """What is not looked at may be anything."""
    columns = ColumnTransformer([("words", OneHotEncoder(), ["code"]), ("none", "drop", ["pool"])])
    model = make_pipeline(columns, LogisticRegression()).fit(ROWS, [0, 1, 0, 1])

    assert words_known(model, [*ROWS]) == ["code"]


STEPS = """
def prepare(row):
    return {"code": row["code"], "pool": row["pool"], "size": row["length"] * row["width"]}
"""


@pytest.mark.parametrize("prepared", [(), ("--prepared", "fitted.csv")])
def test_words_of_raw_rows_are_read_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepared: tuple[str, ...]
) -> None:
    """Where own steps hand a column on under its name, and in the rows as they were fitted."""
    monkeypatch.chdir(tmp_path)
    rows = pd.concat([ROWS] * 5, ignore_index=True)
    joblib.dump(fitted(OneHotEncoder()), "model.joblib")
    rows.assign(outcome=OUTCOME * 5).to_csv("fitted.csv", index=False)
    raw = rows.drop(columns="size").assign(length=rows["size"], width=1.0, outcome=OUTCOME * 5)
    raw.to_csv("raw.csv", index=False)
    Path("steps.py").write_text(STEPS, "utf-8")

    names = ["model.joblib", "--area", "shop", "--name", "pools", "--data", "raw.csv", "--target", "outcome"]
    main([*names, "--models", "models", "--steps", "steps.py", *prepared])

    features = json.loads(Path("models/shop/pools/manifest.json").read_text("utf-8"))["features"]
    assert [(each["name"], each["type"]) for each in features] == [
        ("code", "string"),
        ("pool", "string"),
        ("length", "number"),
        ("width", "number"),
    ]
