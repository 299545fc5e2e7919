"""A fitted estimator as an ONNX model."""

from collections.abc import Sequence

import numpy as np
import onnx
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparely_export.answers import ask_estimator, ask_onnx
from sparely_export.conversion import OPSET, convert
from sparely_export.features import Feature
from sparely_export.inputs import inputs_of, to_frame

FEATURES = (Feature(name="a"), Feature(name="b"))
FRAME = to_frame([{"a": 0, "b": 0}, {"a": 1, "b": 0}, {"a": 1, "b": 2}, {"a": 0, "b": 3}], FEATURES)


def test_regressor_answers_value() -> None:
    """A regressor's only output is named value."""
    converted = convert(LinearRegression().fit(FRAME, [0, 1, 3, 3]), inputs_of(FEATURES), "sum")

    assert (converted.kind, converted.outputs, converted.labels) == ("regressor", {"value": "value"}, ())
    assert [output.name for output in converted.proto.graph.output] == ["value"]


def test_classifier_answers_label_and_probabilities() -> None:
    """A classifier's probabilities are one tensor in the order of its labels, not a list of maps."""
    estimator = LogisticRegression().fit(FRAME, ["low", "low", "high", "high"])

    converted = convert(estimator, inputs_of(FEATURES), "level")

    assert converted.kind == "classifier"
    assert converted.labels == ("high", "low")
    assert converted.outputs == {"label": "label", "probabilities": "probabilities"}
    assert converted.proto.graph.output[1].type.HasField("tensor_type")


def test_graph_is_valid_and_named() -> None:
    """The model passes ONNX' own checker, bears the model's name and asks for no newer operators."""
    converted = convert(LinearRegression().fit(FRAME, [0, 1, 3, 3]), inputs_of(FEATURES), "sum")

    onnx.checker.check_model(converted.proto)
    assert converted.proto.graph.name == "sum"
    assert all(entry.version <= OPSET[entry.domain] for entry in converted.proto.opset_import)


@pytest.mark.parametrize(
    "names",
    [
        ("Net Revenue (EUR)", "net-revenue", "is active?"),
        ("a b", "a_b", "a_b1"),
        ("a_b", "a b", "a-b"),
        ("label", "probabilities", "label_inner"),
        ("variable", "features", "merged_columns"),
        ("1x", "größe", "class"),
    ],
)
def test_inputs_keep_the_columns_names(names: Sequence[str]) -> None:
    """Whatever a column is called, its tensor is called so, and the answers are the estimator's."""
    features = tuple(Feature(name=name) for name in names)
    values = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32).tolist()
    rows = [dict(zip(names, row, strict=True)) for row in values]
    label = ["high" if row[0] - row[1] + row[2] / 2 > 0 else "low" for row in values]
    columns = ColumnTransformer([("first", StandardScaler(), [names[0]]), ("rest", "passthrough", list(names[1:]))])
    estimator = make_pipeline(columns, LogisticRegression()).fit(to_frame(rows, features), label)
    inputs = inputs_of(features, by_column=True)

    converted = convert(estimator, inputs, "level")

    assert [entry.name for entry in converted.proto.graph.input] == list(names)
    expected, got = ask_estimator(estimator, features, rows), ask_onnx(converted, inputs, rows)
    assert got.labels == expected.labels
    assert got.values == pytest.approx(expected.values, abs=1e-5)
