"""Cells of a table as JSON values."""

from typing import Any

import pytest

from sparely.batch.cells import read_column, reader

CELLS: list[tuple[str, str, Any]] = [
    ("number", "1.5", 1.5),
    ("number", "-1e-3", -0.001),
    ("number", "", None),
    ("number", "NA", None),
    ("number", "nan", None),
    ("number", "abc", "abc"),
    ("number", "1,5", "1,5"),
    ("number", "1_000", "1_000"),
    ("number", "inf", "inf"),
    ("number", "1e999", "1e999"),
    ("number", "\u0661", "\u0661"),
    ("integer", "5", 5),
    ("integer", "5.0", 5.0),
    ("integer", "5.5", 5.5),
    ("integer", "9007199254740993", 9007199254740993),
    ("integer", "1_0", "1_0"),
    ("integer", "NULL", None),
    ("integer", "x", "x"),
    ("boolean", "true", True),
    ("boolean", "False", False),
    ("boolean", "1", True),
    ("boolean", "", None),
    ("boolean", "yes", "yes"),
    ("string", "01067", "01067"),
    ("string", "NA", "NA"),
    ("string", "", None),
]


@pytest.mark.parametrize(("feature_type", "cell", "value"), CELLS)
def test_a_cell_is_the_value_of_its_feature(feature_type: str, cell: str, value: Any) -> None:
    """Or stays the text that it is, for validation to refuse."""
    read = reader(feature_type)(cell)

    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(("feature_type", "cell"), [(kind, cell) for kind, cell, _ in CELLS])
def test_many_cells_are_read_as_each_is(feature_type: str, cell: str) -> None:
    """Whatever stands beside them."""
    plain = {"number": "2", "integer": "2", "boolean": "true", "string": "x"}[feature_type]
    one = reader(feature_type)

    for cells in ([plain, cell, plain], [cell], [plain, plain]):
        read = read_column(cells, feature_type)
        assert [(type(each), each) for each in read] == [(type(one(each)), one(each)) for each in cells]
