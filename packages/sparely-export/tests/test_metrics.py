"""Metrics on held-out rows, computed in the head."""

import pandas as pd
from sklearn.dummy import DummyClassifier, DummyRegressor

from sparely_export import metrics

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
