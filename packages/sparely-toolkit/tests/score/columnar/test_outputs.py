"""Outputs as Arrow takes them are those that the engine gives as Python's own values."""

from typing import Any

import pytest

pa = pytest.importorskip("pyarrow")
onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper  # noqa: E402

from sparely.engine import ElementType, Session, Tensor  # noqa: E402
from sparely_toolkit.score.columnar.outputs import ArrowOutputs, column, together  # noqa: E402

VALUES: dict[str, tuple[int, list[Any], Any]] = {
    "FLOAT": (TensorProto.FLOAT, [0.5, -1.25, 3.0, 1e-30, 7.0, 0.0], pa.float64()),
    "DOUBLE": (TensorProto.DOUBLE, [0.1, -2.5, 1e300, 4.0, 5.0, 6.0], pa.float64()),
    "INT32": (TensorProto.INT32, [1, -2, 3, 2**31 - 1, 5, 6], pa.int64()),
    "INT64": (TensorProto.INT64, [1, -2, 3, 2**62, 5, 6], pa.int64()),
    "BOOL": (TensorProto.BOOL, [True, False, True, True, False, False], pa.bool_()),
    "STRING": (TensorProto.STRING, ["low", "", "größe", "低い", "low", 'a "b", c'], pa.string()),
}


@pytest.fixture(params=VALUES)
def same(request: pytest.FixtureRequest) -> tuple[Session, str]:
    """A model that gives what it gets, of each type."""
    kind = VALUES[request.param][0]
    taken, given = (helper.make_tensor_value_info(name, kind, [None, 2]) for name in ("x", "y"))
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "same", [taken], [given])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return Session(model.SerializeToString()), request.param


def test_values_are_the_engines(same: tuple[Session, str]) -> None:
    """Of one run and of several, of each place in a row, as one type of Arrow's."""
    session, name = same
    _, values, expected = VALUES[name]
    tensor = Tensor(ElementType[name], (3, 2), values)
    read = ArrowOutputs(session)

    own = session.run({"x": tensor})["y"].values
    runs = [session.run_into(read, {"x": tensor})["y"] for _ in range(2)]

    assert [each.shape for each in runs] == [(3, 2)] * 2
    for place in range(2):
        once = column(together([runs[0].values]), place, 2)
        twice = column(together([each.values for each in runs]), place, 2)
        assert (once.type, once.to_pylist()) == (expected, own[place::2])
        assert twice.to_pylist() == [*own[place::2]] * 2


def test_of_no_run_there_is_nothing() -> None:
    """No row, no value."""
    assert column(together([]), 0, 1).to_pylist() == []
