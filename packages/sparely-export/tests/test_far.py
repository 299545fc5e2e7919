"""Numbers far outside of training get the estimator's answer, also where a step has periods."""

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, SplineTransformer, StandardScaler

from sparely_export.answers import ask_estimator, ask_onnx
from sparely_export.bundle import prepare
from sparely_export.far import NOTE, far_rows
from sparely_export.features import Feature, with_ranges
from sparely_export.parity import probes
from sparely_export.precision import _answered
from sparely_export.tasks import task_of
from support.candidates import candidate
from tests.converters.trial import HIGH, LEVEL, NUMBERS, VALUE

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


@pytest.mark.parametrize("width", [1, 3000])
def test_far_numbers_lie_a_million_ranges_beyond(width: int) -> None:
    """Whole ones stay whole; of thousands of columns some are tried."""
    features = (Feature(name="a", minimum=0, maximum=2), Feature(name="b", type="integer", minimum=1, maximum=4))
    others = tuple(Feature(name=f"c{place}", minimum=0, maximum=1) for place in range(width))

    rows = far_rows((*features, *others), [{"a": 0.5, "b": 2}, {"a": None, "b": 3}])

    assert [row["a"] for row in rows[:2]] == [-2000000.37, 2000002.37]
    assert [row["b"] for row in rows if row["b"] != 2] == ([-2999999, 3000004] if width == 1 else [])
    assert len(rows) <= 100


def test_classes_that_draw_far_outside_draw_in_the_model_too() -> None:
    """A line that is sure of one class, and votes of trees that weigh as much for another."""
    forest = RandomForestClassifier(9, random_state=0)
    model = VotingClassifier([("line", LogisticRegression()), ("trees", forest)], voting="soft", weights=[1, 3])
    asked = candidate(model.fit(NUMBERS, LEVEL), NUMBERS)
    rows = [
        {**row, name: value} for row in asked.training_rows for name in ("a", "b") for value in (-12345678, 12345678)
    ]

    kept = prepare(asked).tried[-1].kept

    assert kept
    expected = ask_estimator(model, asked.features, rows)
    assert (np.sort(expected.values)[:, -1] - np.sort(expected.values)[:, -2]).min() < 1e-12
    assert ask_onnx(kept.converted, kept.inputs, rows).labels == expected.labels


def test_where_nothing_holds_far_numbers_the_model_is_kept_with_a_note() -> None:
    """A sine of a root of an eighth power: far out that root has 19 digits, of which float64 holds 16."""
    steps = [FunctionTransformer(each) for each in (np.square, np.square, np.square, np.cbrt, np.sin)]
    model = make_pipeline(*steps, LinearRegression()).fit(NUMBERS, VALUE)

    tried = prepare(candidate(model, NUMBERS)).tried

    assert tried[-1].kept
    assert tried[-1].kept.parity.note == NOTE


def test_rows_far_out_for_which_there_are_no_probabilities_are_not_compared() -> None:
    """A label of NaN is told all the same; the service refuses such a row."""
    model = Unsure().fit(NUMBERS, HIGH)
    asked = candidate(model, NUMBERS)

    far = far_rows(with_ranges(asked.features, asked.training_rows), asked.training_rows)
    task = task_of(model, model.predict(NUMBERS[:1]))
    probed, expected = _answered(asked, probes(asked.features, [], [], far), task)

    assert np.isfinite(expected.values).all()
    assert 0 < len(probed) == len(expected.values) < len(far)


class Unsure(LogisticRegression):  # type: ignore[misc]
    """Has no probabilities where the first column is large."""

    def predict_proba(self, table: Any) -> Any:
        """NaN there."""
        return np.where(np.asarray(table)[:, :1] > 1e4, np.nan, super().predict_proba(table))
