"""Answers of the estimator and of ONNX in one form."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from sparely_export.answers import Answers, ask_estimator, ask_onnx
from sparely_export.candidate import Candidate
from sparely_export.conversion import convert
from sparely_export.features import Feature
from sparely_export.inputs import inputs_of, to_frame


def test_regressor_predicts_values(sum_of_inputs: Candidate) -> None:
    """A regressor's predictions are {"value": ...}, to ten digits."""
    answers = ask_estimator(sum_of_inputs.estimator, sum_of_inputs.features, [{"a": 1, "b": 2}])

    assert answers.predictions() == [{"value": 3.0}]


def test_onnx_gives_the_sum_too(sum_of_inputs: Candidate) -> None:
    """The converted regressor's answers have the estimator's form."""
    inputs = inputs_of(sum_of_inputs.features)
    converted = convert(sum_of_inputs.estimator, inputs, "sum")

    answers = ask_onnx(converted, inputs, [{"a": 1, "b": 2}, {"a": 5, "b": 0.5}])

    assert answers.labels is None
    assert answers.values.round(5).tolist() == [[3.0], [5.5]]


def test_classifier_predicts_label_and_probabilities() -> None:
    """A classifier's predictions are {"label": ..., "probabilities": {...}} on both sides."""
    features = (Feature(name="a"),)
    rows = [{"a": -1}, {"a": 1}]
    estimator = LogisticRegression().fit(to_frame(rows, features), ["low", "high"])
    converted = convert(estimator, inputs_of(features), "level")

    (expected,) = ask_estimator(estimator, features, [{"a": 0}]).predictions()
    got = ask_onnx(converted, inputs_of(features), [{"a": 3}])

    assert expected["probabilities"] == {"high": 0.5, "low": 0.5}
    assert (got.labels, got.columns) == (["high"], ("high", "low"))


def test_predictions_keep_ten_digits() -> None:
    """Digits that depend on the processor are not written."""
    answers = Answers(None, ("value",), np.array([[1 / 3]]))

    assert answers.predictions() == [{"value": 0.3333333333}]


def test_classes_of_booleans_are_true_and_false() -> None:
    """As labels, and as the names of probabilities."""
    rows = [{"a": float(number)} for number in range(4)]
    estimator = LogisticRegression().fit([[row["a"]] for row in rows], [False, False, True, True])

    prediction = ask_estimator(estimator, [Feature(name="a", type="number")], rows[:1]).predictions()[0]

    assert prediction["label"] is False
    assert list(prediction["probabilities"]) == ["false", "true"]
