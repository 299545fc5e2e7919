"""Numbers far outside of training get the estimator's answer, also where a step has periods."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, SplineTransformer, StandardScaler

from sparely_export.answers import ask_estimator, ask_onnx
from sparely_export.bundle import prepare
from sparely_export.far import far_rows
from sparely_export.features import Feature
from support.candidates import candidate
from tests.converters.trial import NUMBERS, VALUE

FAR = (12345678, -12345678, 1234567.89)
STEPS: dict[str, Any] = {
    "sine": FunctionTransformer(np.sin),
    "cosine": FunctionTransformer(np.cos),
    "periodic spline": SplineTransformer(4, extrapolation="periodic"),
}


@pytest.mark.parametrize("name", STEPS)
def test_far_numbers_of_steps_with_periods(name: str) -> None:
    """Float32 tells no more where in its turn such a number is."""
    model = make_pipeline(STEPS[name], StandardScaler(), LinearRegression()).fit(NUMBERS, VALUE)
    asked = candidate(model, NUMBERS)
    rows = [{**asked.training_rows[0], name: value} for name in ("a", "b") for value in FAR]

    kept = prepare(asked).tried[-1].kept

    assert kept
    expected = ask_estimator(model, asked.features, rows).values
    assert ask_onnx(kept.converted, kept.inputs, rows).values == pytest.approx(expected, rel=1e-5)


def test_other_models_are_not_asked_far_out() -> None:
    """Their answers grow or stay."""
    model = make_pipeline(StandardScaler(), LinearRegression())

    assert far_rows(model, (Feature(name="a", minimum=0, maximum=1),), [{"a": 0.5}]) == []


def test_far_numbers_lie_a_million_ranges_beyond() -> None:
    """Whole ones stay whole."""
    features = (Feature(name="a", minimum=0, maximum=2), Feature(name="b", type="integer", minimum=1, maximum=4))

    rows = far_rows(FunctionTransformer(np.cos), features, [{"a": 0.5, "b": 2}])

    assert [row["a"] for row in rows[:2]] == [-2000000.37, 2000002.37]
    assert [row["b"] for row in rows[2:]] == [-2999999, 3000004]
