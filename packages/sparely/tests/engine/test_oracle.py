"""The engine against onnxruntime's Python module: the same models, the same inputs, equal bits."""

import json
import math
import random
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from sparely.engine import ElementType, Session, Tensor
from support.services import MODELS
from tests.engine import toy_models

DTYPES: dict[ElementType, Any] = {
    ElementType.FLOAT: np.float32,
    ElementType.INT32: np.int32,
    ElementType.INT64: np.int64,
    ElementType.STRING: object,
    ElementType.BOOL: np.bool_,
    ElementType.DOUBLE: np.float64,
}
FLOATS = [0.0, -0.0, 1.5, -2.25, 1e-45, 3.4028235e38, math.inf, -math.inf, math.nan, 0.1]
VALUES: dict[ElementType, list[Any]] = {
    ElementType.FLOAT: FLOATS,
    ElementType.INT32: [0, 1, -1, 2**31 - 1, -(2**31)],
    ElementType.INT64: [0, 1, -1, 2**63 - 1, -(2**63)],
    ElementType.STRING: ["", "a", "Zürich", "日本", "🐢", "nul \0 inside", "\0", "long" * 5000],
    ElementType.BOOL: [True, False, True],
    ElementType.DOUBLE: [*FLOATS, 5e-324, 1.7976931348623157e308],
}
SAMPLES = sorted(MODELS.glob("*/*/model.onnx"))
INPUT_TYPES = {
    "FP32": ElementType.FLOAT,
    "FP64": ElementType.DOUBLE,
    "INT32": ElementType.INT32,
    "INT64": ElementType.INT64,
    "BOOL": ElementType.BOOL,
    "BYTES": ElementType.STRING,
}


def bits(values: Any) -> list[Any]:
    """Values as they compare bit by bit: NaN equals itself, zero differs from minus zero."""
    return [struct.pack("<d", value) if isinstance(value, float) else value for value in values]


def oracle(content: bytes, inputs: Mapping[str, Tensor]) -> dict[str, tuple[tuple[int, ...], list[Any]]]:
    """Shapes and flat values of every output, by onnxruntime's Python module."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options)
    arrays = {
        name: np.array(tensor.values, DTYPES[tensor.element_type]).reshape(tensor.shape)
        for name, tensor in inputs.items()
    }
    names = [output.name for output in session.get_outputs()]
    results = zip(names, session.run(names, arrays), strict=True)
    return {name: (result.shape, result.ravel().tolist()) for name, result in results}


def assert_equals_oracle(content: bytes, inputs: Mapping[str, Tensor]) -> None:
    with Session(content) as session:
        answers = session.run(inputs)

    expected = oracle(content, inputs)
    assert list(answers) == list(expected)
    for name, (shape, values) in expected.items():
        assert answers[name].shape == shape
        assert bits(answers[name].values) == bits(values)


@pytest.mark.parametrize("element_type", ElementType, ids=lambda element_type: element_type.name)
def test_every_type_passes_through_unchanged(element_type: ElementType) -> None:
    """A value of any type, the extreme ones too, goes in and comes out bit by bit."""
    values = VALUES[element_type]
    tensor = Tensor(element_type, (len(values),), values)

    assert_equals_oracle(toy_models.identity(element_type), {"x": tensor})


@pytest.mark.parametrize("element_type", ElementType, ids=lambda element_type: element_type.name)
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 5)], ids=str)
def test_no_rows_give_no_rows(element_type: ElementType, shape: tuple[int, ...]) -> None:
    """A tensor with a size of zero is answered with the same shape and no values."""
    content = toy_models.identity(element_type, [f"d{place}" for place in range(len(shape))])

    assert_equals_oracle(content, {"x": Tensor(element_type, shape, [])})


@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (1, 2, 3), (1, 1, 2, 1, 1, 1, 1, 1, 1, 3)], ids=str)
@pytest.mark.parametrize("element_type", [ElementType.FLOAT, ElementType.STRING], ids=lambda kind: kind.name)
def test_any_rank_keeps_its_shape(element_type: ElementType, shape: tuple[int, ...]) -> None:
    """From a scalar to ten dimensions, values keep their order and their shape."""
    values = [VALUES[element_type][place % 4] for place in range(math.prod(shape))]
    content = toy_models.identity(element_type, [f"d{place}" for place in range(len(shape))])

    assert_equals_oracle(content, {"x": Tensor(element_type, shape, values)})


def test_several_inputs_and_outputs_keep_their_names() -> None:
    """Two inputs and three outputs are matched by name, not by place."""
    a = Tensor(ElementType.FLOAT, (3, 2), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    b = Tensor(ElementType.FLOAT, (3, 2), [1.0, 2.0, 3.0, 4.0, 5.0, math.nan])

    assert_equals_oracle(toy_models.addition(), {"b": b, "a": a})


def test_strings_are_joined_as_by_the_oracle() -> None:
    """Two string inputs of different lengths give two string outputs."""
    a = Tensor(ElementType.STRING, (2,), ["één", ""])
    b = Tensor(ElementType.STRING, (3,), ["twee", "drie", "vier"])

    assert_equals_oracle(toy_models.joined_words(), {"a": a, "b": b})


@pytest.mark.parametrize("source", [ElementType.FLOAT, ElementType.DOUBLE, ElementType.INT32, ElementType.INT64])
def test_every_type_is_an_output_of_every_number(source: ElementType) -> None:
    """One input, cast to all types at once, equals the oracle in each."""
    values = [0, 1, -1, 100, 65536]
    content = toy_models.casts(source, list(ElementType))

    assert_equals_oracle(content, {"x": Tensor(source, (5,), values)})


def test_a_thousand_rows_equal_the_oracle() -> None:
    """A large batch of random numbers is added without a lost or moved value."""
    chance = random.Random(2)
    a, b = (Tensor(ElementType.FLOAT, (1000, 2), [chance.uniform(-9, 9) for _ in range(2000)]) for _ in "ab")

    assert_equals_oracle(toy_models.addition(), {"a": a, "b": b})


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_sample_models_equal_the_oracle(path: Path) -> None:
    """The shipped models answer golden and random rows as onnxruntime's Python module does."""
    manifest = json.loads(path.with_name("manifest.json").read_text())
    rows = json.loads(path.with_name("golden.json").read_text())["instances"]
    rows += random_rows(manifest["features"], count=200)

    assert_equals_oracle(path.read_bytes(), columns(manifest, rows))


def random_rows(features: list[dict[str, Any]], *, count: int) -> list[dict[str, Any]]:
    chance = random.Random(7)

    def value(feature: dict[str, Any]) -> Any:
        if "categories" in feature:
            return chance.choice([*feature["categories"], "never seen"])
        spread = feature["maximum"] - feature["minimum"]
        return chance.uniform(feature["minimum"] - spread, feature["maximum"] + spread)

    return [{feature["name"]: value(feature) for feature in features} for _ in range(count)]


def columns(manifest: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Tensor]:
    absent = {
        feature["name"]: feature["null"]["token"] if isinstance(feature["null"], dict) else math.nan
        for feature in manifest["features"]
    }

    def tensor(port: dict[str, Any]) -> Tensor:
        names = port["features"]
        cells = [(row.get(name), absent[name]) for row in rows for name in names]
        values = [null if cell is None else cell for cell, null in cells]
        return Tensor(INPUT_TYPES[port["datatype"]], (len(rows), len(names)), values)

    return {port["name"]: tensor(port) for port in manifest["inputs"]}
