"""What goes into a session and comes out of it: plain values, nothing of C."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from sparely.record import Record


class ElementType(IntEnum):
    """
    The element types that the engine carries, numbered as in ONNX.

    Source: message TensorProto, enum DataType, in onnx/onnx.proto of onnx/onnx.
    """

    FLOAT = 1
    INT32 = 6
    INT64 = 7
    STRING = 8
    BOOL = 9
    DOUBLE = 11


class Tensor(Record):
    """
    Values with their type and shape.

    Args:
        shape: no entry for a scalar; n first where there are n rows.
        values: flat and row-major. An array.array of the type's own code (f, i, q, d; B for BOOL) is
            read where it lies; any other sequence is checked and converted, numbers as array.array does
            (too large for FLOAT becomes infinite). What a session returns holds a list.
    """

    element_type: ElementType
    shape: tuple[int, ...]
    values: Sequence[Any]


class TensorSpec(Record):
    """What a model says of one input or output; None in the shape is a size left open."""

    name: str
    element_type: ElementType
    shape: tuple[int | None, ...]
