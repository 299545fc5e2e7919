"""How near answers must be, by their own scale."""

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression

from sparely.manifest import Tolerance
from sparely_export.answers import Answers
from sparely_export.candidate import Candidate
from sparely_export.features import Feature, with_ranges
from sparely_export.manifest import Card
from sparely_export.options import Allowed
from sparely_export.parity import ParityError, Probe
from sparely_export.precision import attempts
from sparely_export.scale import check_zeros, note, tolerances
from sparely_export.tasks import Task

PLAIN = (Feature(name="a"), Feature(name="b"))
DRAWS = np.random.default_rng(1)
ROWS = [{"a": float(a), "b": float(b)} for a, b in DRAWS.normal(0, 2, (300, 2)).round(3)]
TABLE = np.array([[row["a"], row["b"]] for row in ROWS])


def numbers(values: Any) -> Answers:
    """Answers of a regressor."""
    return Answers(None, ("value",), np.array(values, dtype=float).reshape(-1, 1), Task("regressor"))


def shares(values: Any) -> Answers:
    """Answers of a classifier: probabilities of the second of two classes."""
    column = np.array(values)
    task = Task("classifier", ("no", "yes"))
    return Answers(["no"] * len(column), task.columns, np.column_stack([1 - column, column]), task)


def strict(answers: Answers) -> Tolerance:
    """The first tolerance that such answers are judged by."""
    return tolerances(Allowed(), answers, np.ones(len(answers.values), dtype=bool))[0]


@pytest.mark.parametrize("scale", [1e-7, 1.0, 1e6])
def test_tolerance_goes_with_the_scale(scale: float) -> None:
    """Of answers a million times larger a million times more is allowed."""
    found = strict(numbers(np.linspace(1, 2, 50) * scale))

    assert found.absolute == pytest.approx(1e-5 * scale)
    assert found.around(2 * scale) == pytest.approx(3e-5 * scale)


def test_around_zero_the_usual_answers_are_the_scale() -> None:
    """A share of an answer that happens to be near 0 means nothing."""
    assert strict(numbers(np.linspace(-2, 2, 101))).absolute == 1e-5


def test_each_probability_has_a_scale_of_its_own() -> None:
    """The rare class is held to more digits; no probability gets more than before."""
    found = strict(shares(np.geomspace(1e-6, 1e-3, 50)))

    assert found.of["probabilities.no"] == pytest.approx(9e-6)
    assert found.of["probabilities.yes"] < 1e-10


def test_zeros_have_no_scale() -> None:
    """A model that answers nothing but 0 is judged as ever."""
    assert strict(numbers([0.0, 0.0])).absolute == 1e-5


@pytest.mark.parametrize("allowed", [Tolerance(0.5, 0.1), Allowed(0.5, 0.1)])
def test_what_the_caller_allows_is_taken(allowed: Tolerance | Allowed) -> None:
    """Nothing is read off the answers then."""
    assert tolerances(allowed, numbers([1e9]), np.array([True])) == (Tolerance(0.5, 0.1),)


def test_number_that_became_zero_is_a_difference() -> None:
    """However small, for it ranks no more."""
    probed = [Probe("held-out", 0, {"a": 1})]

    with pytest.raises(ParityError, match="expected 1e-15, got 0"):
        check_zeros("m", probed, numbers([1e-15]), numbers([0.0]), Tolerance())


def test_what_stays_is_told_in_plain_words() -> None:
    """The largest of the small numbers that differ, as a power of ten."""
    assert note(numbers([1, 2e-9, 3e-8]), numbers([1, 2e-9, 3.1e-8])) == (
        "Small numbers may differ from the estimator's in their third digit, or be 0: value below 1e-7."
    )


def test_small_answers_are_compared_in_float64(card: Card) -> None:
    """Answers of a millionth differ in float32 by a third at the thresholds of their trees."""
    model = HistGradientBoostingRegressor(max_iter=20, random_state=0).fit(TABLE, np.exp(TABLE[:, 0]) * 1e-7)
    candidate = Candidate(
        card=card, estimator=model, features=with_ranges(PLAIN, ROWS), training_rows=ROWS, held_out_rows=ROWS,
        tolerance=Allowed(),
    )  # fmt: skip

    first, second = attempts(candidate)

    assert isinstance(first.failure, ParityError)
    assert second.kept
    assert second.kept.parity.tolerance.absolute < 1e-11


def test_rare_events_keep_their_digits(card: Card) -> None:
    """Probabilities down to 1e-9 are those of the estimator, and none is 0."""
    target = (TABLE.sum(axis=1) > 6).astype(int)
    model = LogisticRegression(C=1e4).fit(TABLE, target)
    candidate = Candidate(
        card=card, estimator=model, features=with_ranges(PLAIN, ROWS), training_rows=ROWS, held_out_rows=ROWS,
        tolerance=Allowed(),
    )  # fmt: skip

    kept = attempts(candidate)[-1].kept

    assert kept
    assert kept.parity.tolerance.of["probabilities.1"] <= 1e-12
    assert kept.parity.largest_difference < 1e-12
