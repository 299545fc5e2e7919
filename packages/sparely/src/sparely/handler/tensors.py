"""Validated rows into a model's tensors."""

from array import array
from collections.abc import Callable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from sparely.engine import ElementType, Tensor
from sparely.handler.validation import Row
from sparely.handler.values import ELEMENT_TYPES
from sparely.manifest import Input, Manifest
from sparely.record import Record

TYPECODES = {ElementType.FLOAT: "f", ElementType.DOUBLE: "d", ElementType.INT32: "i", ElementType.INT64: "q"}


class PackedInput(Record):
    """How one ONNX input is taken from a row: which values, and what stands for null in each."""

    name: str
    element_type: ElementType
    width: int
    pick: Callable[[Row], Sequence[Any]]
    null_values: tuple[Any, ...] | None


Packing = tuple[PackedInput, ...]


def packing(manifest: Manifest, columns: Sequence[str]) -> Packing:
    """Work out once how rows of these columns become the model's inputs."""
    return tuple(_packed(each, manifest, columns) for each in manifest.inputs)


def _packed(each: Input, manifest: Manifest, columns: Sequence[str]) -> PackedInput:
    features = {feature.name: feature for feature in manifest.prepared}
    positions = [columns.index(name) for name in each.features]
    takes_null = any(features[name].takes_null for name in each.features)
    return PackedInput(
        name=each.name,
        element_type=ELEMENT_TYPES[each.datatype],
        width=len(positions),
        pick=picker(positions),
        null_values=tuple(features[name].null_value for name in each.features) if takes_null else None,
    )


def picker(positions: list[int]) -> Callable[[Row], Sequence[Any]]:
    """What takes the values at these positions out of a row."""
    if len(positions) > 1:
        return itemgetter(*positions)
    return itemgetter(slice(positions[0], positions[0] + 1))


def to_tensors(rows: Sequence[Row], packing: Packing) -> dict[str, Tensor]:
    """
    Pack rows into a model's inputs.

    Args:
        rows: n validated rows in the order of the columns that `packing` was made for.

    Returns:
        By input name, one tensor of shape (n, k), row-major, k features of that input.
    """
    return {each.name: Tensor(each.element_type, (len(rows), each.width), _values(rows, each)) for each in packing}


def _values(rows: Sequence[Row], each: PackedInput) -> Sequence[Any]:
    flat = list(chain.from_iterable(map(each.pick, rows)))
    if each.null_values and None in flat:
        nulls = each.null_values * len(rows)
        flat = [null if value is None else value for value, null in zip(flat, nulls, strict=True)]
    return to_values(flat, each.element_type)


def to_values(values: list[Any], element_type: ElementType) -> Sequence[Any]:
    """Values that fit in the form that the engine takes fastest; whole numbers may come as 5.0."""
    typecode = TYPECODES.get(element_type)
    if typecode is None:
        return values
    return array(typecode, map(int, values) if typecode in "iq" else values)
