"""Rows as the estimator and ONNX read them."""

import numpy as np

from sparely_export.features import Feature, Instance, Token
from sparely_export.inputs import inputs_of, to_frame, to_tensors

NUMBERS = (Feature(name="a"), Feature(name="b", null="nan", required=False))
MIXED = (Feature(name="sex", type="string", null=Token("unknown")), *NUMBERS)


def test_numbers_share_one_input() -> None:
    """A model of numbers only takes one tensor of shape (n, k)."""
    inputs = inputs_of(NUMBERS)

    assert [entry.as_json() for entry in inputs] == [{"name": "features", "datatype": "FP32", "features": ["a", "b"]}]


def test_mixed_types_have_an_input_each() -> None:
    """A model of mixed types takes one tensor a column, strings as BYTES."""
    inputs = inputs_of(MIXED)

    assert [(entry.name, entry.datatype) for entry in inputs] == [
        ("sex", "BYTES"),
        ("a", "FP32"),
        ("b", "FP32"),
    ]


def test_estimator_reads_the_numbers_of_the_json() -> None:
    """The estimator's columns hold float64, the very values that callers send."""
    frame = to_frame([{"a": 0.1, "b": 2}], NUMBERS)

    assert frame["a"].dtype == np.float64
    assert frame.to_dict("records") == [{"a": 0.1, "b": 2.0}]


def test_onnx_reads_float32() -> None:
    """ONNX' tensor holds the numbers rounded to float32, a row a row."""
    tensors = to_tensors([{"a": 0.1, "b": 2}, {"a": 3, "b": 4}], inputs_of(NUMBERS))

    assert tensors["features"].dtype == np.float32
    assert tensors["features"].tolist() == [[float(np.float32(0.1)), 2.0], [3.0, 4.0]]


def test_null_becomes_nan_or_the_token() -> None:
    """A null number and an absent one become NaN, a null string its token."""
    rows: list[Instance] = [{"sex": None, "a": 1, "b": None}, {"sex": "2", "a": 1}]

    tensors = to_tensors(rows, inputs_of(MIXED))

    assert tensors["sex"].tolist() == [["unknown"], ["2"]]
    assert np.isnan(tensors["b"]).all()
    assert to_frame(rows, MIXED)["sex"].tolist() == ["unknown", "2"]


def test_many_features_share_tensors_in_their_order() -> None:
    """Runs of one type have numbers in their names where there are several."""
    numbers = [Feature(name=f"n{place}") for place in range(70)]
    word = Feature(name="w", type="string")

    found = inputs_of([*numbers[:40], word, *numbers[40:]], by_column=True)

    assert [(entry.name, len(entry.features)) for entry in found] == [
        ("numbers_1", 40),
        ("words", 1),
        ("numbers_3", 30),
    ]


def test_many_numbers_that_are_chosen_by_name_are_one_tensor() -> None:
    """Few keep a tensor each."""
    numbers = [Feature(name=f"n{place}") for place in range(70)]

    assert [entry.name for entry in inputs_of(numbers, by_column=True)] == ["features"]
    assert len(inputs_of(numbers[:5], by_column=True)) == 5
