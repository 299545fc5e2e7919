"""Metrics on held-out rows, computed in the head."""

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor

from sparely_export import metrics
from sparely_export.answers import Answers
from sparely_export.tasks import Task

FRAME = pd.DataFrame({"a": [0.0, 0.0, 0.0, 0.0]})


def test_regressor_that_gives_the_mean_has_no_skill() -> None:
    """Giving the mean has r2 0, and the same absolute error as the mean."""
    target = pd.Series([1.0, 1.0, 3.0, 3.0])

    measured = metrics.of_regressor(DummyRegressor().fit(FRAME, target), FRAME, target)

    assert measured == {
        "held_out_rows": 4,
        "r2": 0.0,
        "mean_absolute_error": 1.0,
        "mean_absolute_error_of_mean": 1.0,
        "root_mean_squared_error": 1.0,
    }


def test_classifier_that_gives_the_commonest_label_has_no_skill() -> None:
    """Always the commonest of two labels: its share as accuracy, an area of one half."""
    labels = pd.Series(["low", "low", "low", "high"])

    measured = metrics.of_classifier(DummyClassifier(strategy="prior").fit(FRAME, labels), FRAME, labels)

    assert measured == {
        "held_out_rows": 4,
        "accuracy": 0.75,
        "accuracy_of_commonest_label": 0.75,
        "log_loss": 0.5623,
        "roc_auc": 0.5,
    }


def test_several_labels_are_measured_one_against_the_rest() -> None:
    """Three labels without skill have an area of one half too."""
    labels = pd.Series(["low", "low", "middle", "high"])

    measured = metrics.of_classifier(DummyClassifier(strategy="prior").fit(FRAME, labels), FRAME, labels)

    assert (measured["accuracy"], measured["roc_auc"]) == (0.5, 0.5)


def test_several_labels_a_row_have_one_f1() -> None:
    """Of 3 that are told 2 are right, and of 3 that are right 2 are told."""
    target = pd.DataFrame({"x": [1, 0], "y": [1, 1]})
    answers = Answers([[1, 1], [1, 0]], ("x", "y"), np.zeros((2, 2)))

    assert metrics.of_given_rows(Task("multilabel", ("x", "y")), target, answers) == {
        "given_rows": 2,
        "f1_micro": 0.6667,
    }


def test_words_of_the_data_that_the_model_has_numbers_for_are_not_measured() -> None:
    """Nothing tells which number is which word."""
    answers = Answers([0, 1], ("0", "1"), np.eye(2))

    measured = metrics.of_given_rows(Task("classifier", (0, 1)), pd.DataFrame({"y": ["no", "yes"]}), answers)

    assert measured == {"given_rows": 2}


@pytest.mark.parametrize(("scores", "gain"), [([3.0, 2.0, 1.0], 1.0), ([1.0, 3.0, 2.0], 0.7602)])
def test_a_ranker_is_measured_by_the_order_that_it_gives(scores: list[float], gain: float) -> None:
    """With the best row last of three the gain is 1 + 2 / log2(4), of at most 2 + 1 / log2(3)."""
    answers = Answers(None, ("score",), np.array(scores).reshape(-1, 1))

    measured = metrics.of_given_rows(Task("ranker"), pd.DataFrame({"y": [2.0, 1.0, 0.0]}), answers)

    assert measured["ndcg"] == pytest.approx(gain, abs=1e-4)
