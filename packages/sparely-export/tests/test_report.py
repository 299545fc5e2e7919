"""The line that an export prints."""

import json
from pathlib import Path
from typing import Any

import pytest
from onnx import TensorProto, helper

from sparely_export import report
from sparely_export.add_model import add
from sparely_export.features import NEVER_SENT
from sparely_export.options import parse
from sparely_export.trees.shrinking import Shrunk


def test_line_tells_size_parity_and_metrics() -> None:
    """One line has all that a person looks for first."""
    manifest = {
        "area": "winery",
        "name": "cultivar",
        "version": "0123456789ab",
        "parity": {"rows": 120, "threshold_rows": 60, "largest_difference": 4e-07},
        "metrics": {"accuracy": 0.9667, "held_out_rows": 60},
        "onnx": {"bytes": 28528},
    }

    assert report.line(manifest) == (
        "winery/cultivar 0123456789ab: 28.5 kB; parity on 120 rows (60 at thresholds), "
        "largest difference 4e-07; accuracy 0.9667, held_out_rows 60"
    )


@pytest.mark.parametrize(("element", "told"), [(TensorProto.INT64, "int64"), (TensorProto.STRING, "strings")])
def test_a_ready_file_keeps_the_type_of_its_tensors(tmp_path: Path, element: int, told: str) -> None:
    """It is not converted; a model of other tensors than numbers with decimals is reported as well."""
    cast = helper.make_node("Cast", ["counts"], ["number"], to=TensorProto.FLOAT)
    graph = helper.make_graph(
        [cast],
        "cast",
        [helper.make_tensor_value_info("counts", element, ["n", 1])],
        [helper.make_tensor_value_info("number", TensorProto.FLOAT, ["n", 1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (tmp_path / "model.onnx").write_bytes(model.SerializeToString())
    values = [1, 2, 3] if element == TensorProto.INT64 else ["1", "2", "3"]
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps({'count': value})}\n" for value in values), "utf-8")
    files = [str(tmp_path / "model.onnx"), "--data", str(tmp_path / "rows.jsonl"), "--models", str(tmp_path / "models")]

    page = report.page(add(parse([*files, "--area", "toys", "--name", "cast"])))

    assert f"    {told}: kept, it agrees" in page


@pytest.mark.parametrize(
    ("accepts", "told"),
    [
        (None, ""),
        ({"values": ["a"]}, "; the estimator refuses all but 1 value, and so does the service (422)"),
        ({"values": [1, 2]}, "; the estimator refuses all but 2 values, and so does the service (422)"),
        (
            {"above": 0.0, "maximum": 2.5},
            "; the estimator refuses others than above 0, maximum 2.5, and so does the service (422)",
        ),
        ({"without": [0]}, "; the estimator refuses 0, and so does the service (422)"),
        (
            {"minimum": -2, "without": [0, 1.5]},
            "; the estimator refuses others than minimum -2 and 0 and 1.5, and so does the service (422)",
        ),
    ],
)
def test_what_a_feature_is_refused_is_told(accepts: dict[str, Any] | None, told: str) -> None:
    """Values by their number, bounds by their names."""
    entry = {"name": "x", "type": "number", "minimum": 1, "maximum": 2, "null": "refused", "accepts": accepts}

    assert report._feature(entry) == f"x: number from 1 to 2{told}"


def test_null_that_is_missing_to_the_estimator_is_allowed() -> None:
    """The word that carries it is nobody's business."""
    entry = {"name": "x", "type": "string", "categories": ["a"], "null": {"token": NEVER_SENT}}

    assert report._feature(entry) == "x: string, one of a; null is allowed"


def test_the_word_that_null_means_is_told() -> None:
    """In quotes, for it may be empty."""
    entry = {"name": "x", "type": "string", "categories": ["a"], "null": {"token": ""}}

    assert report._feature(entry) == 'x: string, one of a; null means ""'


@pytest.mark.parametrize(
    ("shrunk", "told"),
    [
        (Shrunk(404_000_000, 143_000_000), "trees: 404.0 MB -> 143.0 MB, 65 % less"),
        (Shrunk(1_200_000, 310_400), "trees: 1.2 MB -> 310.4 kB, 74 % less"),
    ],
)
def test_how_much_smaller_trees_are_is_told(shrunk: Shrunk, told: str) -> None:
    """In one line."""
    assert report.of_trees(shrunk) == f"{told} for the same answers: what is equal is written once"


@pytest.mark.parametrize(
    ("words", "told"), [("abc", "a, b, c"), ("abcdef", "a, b, c, d, e, f"), ("abcdefg", "a, b, c, d, e and 2 more")]
)
def test_no_single_category_is_left_out(words: str, told: str) -> None:
    """What stands for it would be as long."""
    entry = {"name": "x", "type": "string", "categories": [*words], "null": "refused"}

    assert report._feature(entry) == f"x: string, one of {told}"


@pytest.mark.parametrize(
    ("tolerances", "told"),
    [({}, "1e-05"), ({"a": 0.1, "b": 0.1}, "0.1"), ({"a": 2e-08, "b": 0.5}, "2e-08 to 0.5, by column,")],
    ids=["one", "equal", "several"],
)
def test_tolerances_of_several_columns_are_told(tolerances: dict[str, float], told: str) -> None:
    """The largest difference is one of the column of large numbers."""
    parity = {"absolute_tolerance": 1e-05} | ({"absolute_tolerances": tolerances} if tolerances else {})

    assert report._absolute(parity) == told
