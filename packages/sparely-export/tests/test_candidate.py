"""A fitted estimator, described by the frames that it was fitted on and has not seen."""

from typing import Any

import pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sparely_export.candidate import Candidate
from sparely_export.features import Feature, Token
from sparely_export.manifest import DataSource

FRAME = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.5], "high": ["no", "no", "yes", "yes"]}, index=[9, 7, 5, 3])


def candidate(estimator: Any, frame: pd.DataFrame, target: str, *features: Feature) -> Candidate:
    """A candidate by the frame, which is held out too."""
    return Candidate.of_frames(
        estimator,
        frame,
        frame,
        area="toys",
        name="toy",
        description="A toy.",
        steps="",
        features=features,
        target=target,
        data=DataSource("toys", "", len(frame)),
    )


def test_rows_are_as_callers_send_them() -> None:
    """Whole numbers have no decimals, and columns that are no features are left out."""
    made = candidate(LinearRegression().fit(FRAME[["a"]], FRAME["a"]), FRAME, "a", Feature(name="a"))

    assert made.training_rows == made.held_out_rows == [{"a": 0}, {"a": 1}, {"a": 2}, {"a": 3.5}]


def test_a_regressor_is_measured_as_one() -> None:
    """By its errors."""
    made = candidate(LinearRegression().fit(FRAME[["a"]], FRAME["a"]), FRAME, "a", Feature(name="a"))

    assert (made.card.metrics["held_out_rows"], made.card.metrics["r2"]) == (4, 1.0)


def test_a_classifier_is_measured_as_one() -> None:
    """By its hits."""
    made = candidate(LogisticRegression(C=99).fit(FRAME[["a"]], FRAME["high"]), FRAME, "high", Feature(name="a"))

    assert (made.card.metrics["accuracy"], made.card.metrics["accuracy_of_commonest_label"]) == (1.0, 0.5)


def test_null_is_asked_as_the_word_that_it_stands_for() -> None:
    """Callers send null where the estimator was fitted on a word."""
    frame = pd.DataFrame({"word": pd.Series(["x", None, "y", None], dtype=object), "size": [1.0, 5.0, 2.0, 5.0]})
    model = make_pipeline(OneHotEncoder(), LinearRegression()).fit(frame[["word"]].fillna("none"), frame["size"])

    made = candidate(model, frame, "size", Feature(name="word", type="string", null=Token("none")))

    assert made.training_rows[1] == {"word": None}
    assert made.card.metrics["mean_absolute_error"] == 0.0
