"""Ready .onnx files: networks as other tools write them, and pipelines that skl2onnx has converted."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn import compose, ensemble, feature_extraction, linear_model, pipeline, preprocessing

from benchmarks.coverage import tables
from benchmarks.coverage.tables import Table
from sparely_export.frameworks.onnx_file import OnnxFile, open_onnx

GROUP = ".onnx files"
ABC, TWO = ("setosa", "versicolor", "virginica"), ("no", "yes")
ARRAYS: dict[int, Any] = {
    TensorProto.FLOAT: np.float32,
    TensorProto.DOUBLE: np.float64,
    TensorProto.FLOAT16: np.float16,
}

type Row = tuple[str, str, Callable[[], OnnxFile], Callable[[], Table]]


def network(
    outputs: int,
    *ends: str,
    kind: int = TensorProto.FLOAT,
    opset: int = 17,
    batch: str | int | None = "n",
    given: int | None = None,
) -> onnx.ModelProto:
    """
    A layer of four columns with ReLU, one of the outputs, and these operators behind it.

    Args:
        given: the type of the input, where it is cast inside.
    """
    draws, array = np.random.default_rng(1), ARRAYS[kind]
    hidden, out = draws.normal(0, 0.4, (4, 6)).astype(array), draws.normal(0, 0.5, (6, outputs)).astype(array)
    names = ["scores", *(f"end{place}" for place in range(len(ends)))]
    nodes = [helper.make_node("Cast", ["x"], ["given"], to=kind)] if given else []
    nodes += [
        helper.make_node("MatMul", ["given" if given else "x", "hidden"], ["inner"]),
        helper.make_node("Relu", ["inner"], ["bent"]),
        helper.make_node("MatMul", ["bent", "out"], ["scores"]),
        *(helper.make_node(end, [a], [b]) for end, a, b in zip(ends, names, names[1:], strict=False)),
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", given or kind, [batch, 4])],
        [helper.make_tensor_value_info(names[-1], kind, [batch, outputs])],
        [numpy_helper.from_array(hidden, "hidden"), numpy_helper.from_array(out, "out")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=min(8, opset))


def two_inputs() -> onnx.ModelProto:
    """A sum over numbers of two tensors, one of them of whole numbers."""
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["counts"], ["whole"], to=TensorProto.FLOAT),
            helper.make_node("Concat", ["sizes", "whole"], ["all"], axis=1),
            helper.make_node("ReduceSum", ["all", "axes"], ["total"]),
        ],
        "sum",
        [
            helper.make_tensor_value_info("sizes", TensorProto.FLOAT, ["n", 2]),
            helper.make_tensor_value_info("counts", TensorProto.INT64, ["n", 2]),
        ],
        [helper.make_tensor_value_info("total", TensorProto.FLOAT, ["n", 1])],
        [numpy_helper.from_array(np.array([1]), "axes")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _opened(make: Callable[[], onnx.ModelProto], labels: Sequence[str] = (), kind: str | None = None) -> OnnxFile:
    return OnnxFile(make().SerializeToString(), labels, kind)


def _of_two_files() -> OnnxFile:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "net.onnx"
        onnx.save_model(network(1), file, save_as_external_data=True, location="net.data", size_threshold=0)
        return open_onnx(file, ())


def _converted(estimator: Any, table: Table, types: Any, **options: Any) -> onnx.ModelProto:
    fitted = estimator.fit(table.frame, table.target)
    given = {id(fitted): options} if options else None
    proto: onnx.ModelProto = to_onnx(fitted, initial_types=types, options=given, target_opset={"": 17, "ai.onnx.ml": 3})
    return proto


def _trees(*, zipmap: bool) -> onnx.ModelProto:
    model = ensemble.RandomForestClassifier(10, max_depth=4, random_state=0)
    return _converted(model, tables.flowers(), [("x", FloatTensorType([None, 4]))], zipmap=zipmap)


def _line() -> onnx.ModelProto:
    return _converted(linear_model.Ridge(), tables.patients(), [("x", FloatTensorType([None, 5]))])


def customers() -> Table:
    """Numbers, whole numbers and words."""
    table = tables.mixed()
    return Table(table.frame[["age", "signed_up_month", "plan"]], table.target)


def _mixed() -> onnx.ModelProto:
    one_hot = preprocessing.OneHotEncoder(handle_unknown="ignore")
    columns = [("words", one_hot, ["plan"]), ("numbers", preprocessing.StandardScaler(), ["age", "signed_up_month"])]
    model = pipeline.make_pipeline(compose.ColumnTransformer(columns), linear_model.LogisticRegression())
    types = [
        ("age", Int64TensorType([None, 1])),
        ("signed_up_month", Int64TensorType([None, 1])),
        ("plan", StringTensorType([None, 1])),
    ]
    return _converted(model, customers(), types, zipmap=False)


def _text() -> onnx.ModelProto:
    table, words = tables.texts(), feature_extraction.text.CountVectorizer()
    model = pipeline.make_pipeline(words, linear_model.LogisticRegression())
    flat = Table(table.frame["message"], table.target)
    return _converted(model, flat, [("message", StringTensorType([None, 1]))], zipmap=False)


def rows() -> Iterator[Row]:
    """Yield group, name, what opens the file, and the table that it answers, in the order of the page."""
    made: dict[str, Callable[[], OnnxFile]] = {
        "one value": partial(_opened, partial(network, 1)),
        "several values": partial(_opened, partial(network, 3)),
        "one sigmoid": partial(_opened, partial(network, 1, "Sigmoid"), TWO),
        "one sigmoid as a value": partial(_opened, partial(network, 1, "Sigmoid"), (), "regressor"),
        "one logit": partial(_opened, partial(network, 1), TWO, "classifier"),
        "several sigmoids": partial(_opened, partial(network, 3, "Sigmoid"), ABC),
        "several sigmoids, the largest is the class": partial(
            _opened, partial(network, 3, "Sigmoid"), ABC, "classifier"
        ),
        "several logits of labels": partial(_opened, partial(network, 3), ABC, "multilabel"),
        "softmax": partial(_opened, partial(network, 3, "Softmax"), ABC),
        "scores of classes": partial(_opened, partial(network, 3), ABC),
        "float64": partial(_opened, partial(network, 3, "Softmax", kind=TensorProto.DOUBLE), ABC),
        "float16": partial(_opened, partial(network, 1, kind=TensorProto.FLOAT16)),
        "whole numbers (int64)": partial(_opened, partial(network, 1, given=TensorProto.INT64)),
        "whole numbers (int32)": partial(_opened, partial(network, 1, given=TensorProto.INT32)),
        "opset 9": partial(_opened, partial(network, 3, "Sigmoid", opset=9), ABC),
        "opset 13": partial(_opened, partial(network, 3, "Softmax", opset=13), ABC),
        "opset 21": partial(_opened, partial(network, 3, "Softmax", opset=21), ABC),
        "a first size without a name": partial(_opened, partial(network, 1, batch=None)),
        "weights in a second file": _of_two_files,
        "a first size of 1": partial(_opened, partial(network, 1, batch=1)),
    }
    for name, opened in made.items():
        yield GROUP, name, opened, tables.counted_flowers if "whole" in name else tables.flowers
    yield GROUP, "two inputs, one of whole numbers", partial(_opened, two_inputs), tables.sized_flowers
    yield (
        GROUP,
        "skl2onnx: RandomForestClassifier",
        partial(_opened, partial(_trees, zipmap=False), ABC),
        tables.flowers,
    )
    zipped = partial(_opened, partial(_trees, zipmap=True))
    yield GROUP, "skl2onnx: RandomForestClassifier with ZipMap", zipped, tables.flowers
    yield GROUP, "skl2onnx: Ridge", partial(_opened, _line), tables.patients
    yield GROUP, "skl2onnx: columns of numbers and words", partial(_opened, _mixed, ("leaves", "stays")), customers
    yield GROUP, "skl2onnx: CountVectorizer", partial(_opened, _text, TWO), tables.texts
