"""The rows that every deployment is checked by."""

import numpy as np

from sparely_export.answers import Answers
from sparely_export.features import Feature
from sparely_export.golden import ROWS, golden_json, golden_rows

FEATURES = (Feature(name="a"), Feature(name="b", null="nan", required=False))


def answers(*labels: str) -> Answers:
    """Return a classifier's answers."""
    return Answers(list(labels), ("p",), np.ones((len(labels), 1)))


def test_null_and_every_label_are_among_the_rows() -> None:
    """A late null and a late label are chosen, the first rows fill up, and the order is kept."""
    held_out = [{"a": index, "b": None if index == 30 else 1} for index in range(40)]
    expected = answers(*["low"] * 20, "high", *["low"] * 19)

    rows = golden_rows(FEATURES, held_out, expected)

    assert [row["a"] for row in rows] == [0, 1, 2, 3, 4, 5, 20, 30]
    assert len(rows) == ROWS


def test_null_is_made_where_none_was_held_out() -> None:
    """A feature that allows null is null in a golden row even when no held-out row has it so."""
    rows = golden_rows(FEATURES, [{"a": 1, "b": 2}, {"a": 3, "b": 4}], answers("low", "low"))

    assert rows == [{"a": 1, "b": None}, {"a": 3, "b": 4}]


def test_predictions_stand_beside_their_instances() -> None:
    """The file has instances and predictions, in one order."""
    content = golden_json([{"a": 1}], Answers(None, ("value",), np.array([[2.5]])))

    assert content == {"instances": [{"a": 1}], "predictions": [{"value": 2.5}]}
