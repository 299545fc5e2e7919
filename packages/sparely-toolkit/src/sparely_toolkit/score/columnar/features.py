"""Columns as a model takes them: judged as rows are, and packed for the engine without a list between."""

from array import array
from collections.abc import Mapping, Sequence
from itertools import chain
from math import isfinite
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sparely.engine import ElementType, Tensor
from sparely.handler.accepted import Within
from sparely.handler.tensors import TYPECODES, PackedInput
from sparely.handler.validation import Column
from sparely.handler.values import LARGEST_INTEGER, Number, ValueType, Whole
from sparely.manifest import Input


class Misfit(Exception):
    """Some row of these columns has to be looked at by itself."""


ARROW_TYPES = {"number": pa.float64(), "integer": pa.float64(), "boolean": pa.bool_(), "string": pa.string()}
"""In what columns of each feature type are read."""
ELEMENTS: dict[ElementType, tuple[str, Any]] = {
    **{
        each: (TYPECODES[each], arrow)
        for each, arrow in (
            (ElementType.FLOAT, pa.float32()),
            (ElementType.DOUBLE, pa.float64()),
            (ElementType.INT32, pa.int32()),
            (ElementType.INT64, pa.int64()),
        )
    },
    ElementType.BOOL: ("B", pa.uint8()),
}


def check(column: Column, values: Any) -> None:
    """
    Judge a column by its extremes, or by its different values where the type has more to say than bounds.

    Raises:
        Misfit: not every value fits.
    """
    if not column.all_fit(_witnesses(column, values)):
        raise Misfit


def _witnesses(column: Column, values: Any) -> list[Any]:
    """Values that all fit if and only if those of the column do."""
    if column.type in ("boolean", "string"):
        return _or_none(values.unique().to_pylist())
    nothing = [None] if values.null_count else []
    bounds = pc.min_max(values)
    smallest, largest = bounds["min"].as_py(), bounds["max"].as_py()
    if smallest is None:
        return _or_none(nothing)
    if not isfinite(pc.sum(values).as_py()):  # as is each of its parts then
        raise Misfit
    value_type = _unbounded(column.value_type)
    if isinstance(value_type, Number):
        return [smallest, largest, *nothing]
    if max(-smallest, largest) >= LARGEST_INTEGER:  # where a whole number as text is no longer one as a float
        raise Misfit
    if isinstance(value_type, Whole):
        _as(values, pa.int64())
        return [smallest, largest, *nothing]
    return [*values.unique().to_pylist(), *nothing]


def _unbounded(value_type: ValueType) -> ValueType:
    """The type whose bounds are all that there is to a column's: extremes say nothing of holes between them."""
    return value_type.of if isinstance(value_type, Within) and not value_type.without else value_type


def _or_none(values: list[Any]) -> list[Any]:
    return values or [None]


def _as(values: Any, kind: Any) -> Any:
    """The same as another type, if that loses nothing but a float's digits."""
    try:
        return values.cast(kind, safe=not pa.types.is_floating(kind))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise Misfit from None


class Packed:
    """A model's input for all rows of some columns; `rows` cuts tensors out of it."""

    def __init__(self, each: PackedInput, described: Input, columns: Mapping[str, Any]) -> None:
        """
        Raises:
            Misfit: a null has no value in the input's type.
        """
        self.name = each.name
        self._element_type, self._width = each.element_type, each.width
        nulls = each.null_values or [None] * each.width
        taken = [*zip((columns[name] for name in described.features), nulls, strict=True)]
        self._values = (
            _strings(taken) if each.element_type is ElementType.STRING else _numbers(taken, each.element_type)
        )

    def rows(self, start: int, stop: int) -> Tensor:
        """The tensor of shape (stop - start, k)."""
        values = self._values[start * self._width : stop * self._width]
        return Tensor(self._element_type, (stop - start, self._width), values)


WithNull = tuple[Any, Any]
"""A column, and what stands for null in it."""


def _strings(columns: Sequence[WithNull]) -> Sequence[Any]:
    if not all(pa.types.is_string(values.type) for values, _ in columns):
        raise Misfit
    texts = [_filled(values, null).to_pylist() for values, null in columns]
    return texts[0] if len(texts) == 1 else [*chain.from_iterable(zip(*texts, strict=True))]


def _numbers(columns: Sequence[WithNull], element_type: ElementType) -> Sequence[Any]:
    code, kind = ELEMENTS[element_type]
    arrays = [_array(code, _filled(_as(values, kind), null)) for values, null in columns]
    if len(arrays) == 1:
        return arrays[0]
    together = array(code, bytes(sum(map(len, arrays)) * array(code).itemsize))
    for place, each in enumerate(arrays):
        together[place :: len(arrays)] = each
    return together


def _filled(values: Any, null: Any) -> Any:
    if not values.null_count:
        return values
    try:
        return values.fill_null(null)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError):
        raise Misfit from None


def _array(code: str, values: Any) -> "array[Any]":
    """Numbers without nulls as the engine reads them where they lie."""
    made = array(code)
    buffer = values.buffers()[1]
    if len(values):
        start = values.offset * made.itemsize
        made.frombytes(memoryview(buffer)[start : start + len(values) * made.itemsize])
    return made
