"""Rows at the very edge of a step: either side's answer is right where a step rounds, and given rows are held."""

from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer, OrdinalEncoder
from sklearn.tree import DecisionTreeRegressor

from sparely_export.answers import Answers
from sparely_export.features import Feature
from sparely_export.last_digits import DRAWN, UNSTABLE, Compared, drawn, on_border, settled, unstable
from sparely_export.parity import HELD_OUT, STRICT, THRESHOLD, Probe
from sparely_export.tasks import Task

TREE = DecisionTreeRegressor().fit(np.array([[0.0], [1.0]]), np.array([0.0, 10.0]))
FEATURES = (Feature(name="x", minimum=0.0, maximum=1.0),)
EDGE = float(np.nextafter(np.float32(0.5), np.float32(1))) / 2 + 0.25
"""Halfway to the next float32 above the threshold, which the tree's own cast rounds down to it."""


def answers(values: Sequence[float]) -> Answers:
    return Answers(None, ("value",), np.array(values).reshape(-1, 1), Task("regressor"))


def differing(value: float, origin: str, got: float) -> tuple[list[int], str | None]:
    """What is settled of one row, and the sentence where it is not, when ONNX gives this answer."""
    expected = answers([float(TREE.predict([[value]])[0])])
    given = Compared(TREE, FEATURES, [Probe(origin, 0, {"x": value})], expected, answers([got]), STRICT)
    return settled(given), on_border(given)


def test_an_answer_to_the_value_beside_is_settled() -> None:
    """A threshold row that the last bit decides."""
    assert differing(EDGE, THRESHOLD, 10.0)[0] == [0]


def test_another_answer_is_not() -> None:
    """What the estimator gives on neither side differs."""
    assert differing(EDGE, THRESHOLD, 5.0) == ([], None)


def test_a_row_that_was_given_is_held_to_its_answer() -> None:
    """It is refused, with the reason."""
    places, reason = differing(EDGE, HELD_OUT, 10.0)

    assert places == []
    assert reason is not None
    assert reason.startswith("These rows lie on a border that a step compares with")


def test_a_number_as_people_write_it_is_held_to_its_answer() -> None:
    """A half is sent by callers, whatever stands beside it."""
    assert differing(0.5, THRESHOLD, 10.0)[0] == []


def test_a_row_away_from_the_threshold_is_not_settled() -> None:
    """A millionth is far."""
    assert differing(0.5 - 1.23456789012e-6, THRESHOLD, 10.0)[0] == []


class Noise:
    """An estimator that makes digits of the last bits of a number."""

    def predict(self, table: np.ndarray) -> np.ndarray:
        return np.sin(np.asarray(table, dtype=float).ravel() * 1e13)


def test_an_estimator_that_answers_its_own_rounding_is_named_as_such() -> None:
    """There is nothing that a model could agree with."""
    rows = [Probe(HELD_OUT, place, {"x": place / 7}) for place in range(1, 5)]
    expected = answers(Noise().predict(np.array([row.instance["x"] for row in rows])).tolist())
    wrong = answers([5.0] * len(rows))

    assert unstable(Compared(Noise(), FEATURES, rows, expected, wrong, STRICT)) == UNSTABLE


def test_a_number_that_is_filled_in_cannot_be_moved_but_the_step_behind_it_can() -> None:
    """A tree that parts what a projection has made of it: null is always the same number."""
    table = np.array([[np.nan], [1.0], [2.0], [3.0], [np.nan], [5.0]])
    model = make_pipeline(SimpleImputer(strategy="mean"), PCA(1), Binarizer(), DecisionTreeRegressor())
    model.fit(table, [0, 1, 2, 3, 0, 5])
    model[2].threshold = float(model[:2].transform([[np.nan]])[0, 0])
    rows = [Probe(HELD_OUT, 0, {"x": None})]
    features = (Feature(name="x", minimum=1.0, maximum=5.0, required=False, null="nan"),)
    expected = answers([float(model.predict([[np.nan]])[0])])

    assert unstable(Compared(model, features, rows, expected, answers([9.0]), STRICT)) == UNSTABLE


def test_a_wrong_answer_to_a_steady_estimator_has_no_such_excuse() -> None:
    """It is told with its rows alone."""
    expected, wrong = answers([0.0]), answers([5.0])

    assert unstable(Compared(TREE, FEATURES, [Probe(HELD_OUT, 0, {"x": 0.2})], expected, wrong, STRICT)) is None


@pytest.mark.parametrize(("share", "reason"), [(0.5, DRAWN), (0.5 + 1e-7, None)])
def test_classes_that_draw_are_named_as_that(share: float, reason: str | None) -> None:
    """Not where one is ahead, by however little."""
    task = Task("classifier", ("a", "b"))
    expected = Answers(["a"], ("a", "b"), np.array([[share, 1 - share]]), task)
    got = Answers(["b"], ("a", "b"), np.array([[share, 1 - share]]), task)

    assert drawn(Compared(TREE, FEATURES, [Probe(HELD_OUT, 0, {"x": 0.2})], expected, got, STRICT)) == reason


def test_a_value_beside_that_the_estimator_refuses_is_left_out() -> None:
    """An encoder of numbers knows none but its own."""
    model = make_pipeline(OrdinalEncoder(), DecisionTreeRegressor()).fit([[0.25], [0.5]], [0.0, 1.0])
    expected, wrong = answers([0.0]), answers([5.0])

    assert unstable(Compared(model, FEATURES, [Probe(HELD_OUT, 0, {"x": 0.25})], expected, wrong, STRICT)) is None
