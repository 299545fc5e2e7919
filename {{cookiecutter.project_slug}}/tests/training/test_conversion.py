"""A fitted estimator as an ONNX model."""

import onnx
from sklearn.linear_model import LinearRegression, LogisticRegression

from training.conversion import OPSET, convert
from training.features import Feature
from training.inputs import inputs_of, to_frame

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
