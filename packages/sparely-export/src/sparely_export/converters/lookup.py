"""A column looked up in a table of known values: what every encoder of categories does."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sparely_export.converters.blocks import Part
from sparely_export.converters.writing import Writer
from sparely_export.features import NEVER_SENT


def is_nan(value: Any) -> bool:
    """Whether a category stands for what is missing."""
    return value is None or (isinstance(value, float | np.floating) and bool(np.isnan(value)))


def looked_up(writer: Writer, part: Part, known: Sequence[Any], table: np.ndarray, unknown: np.ndarray) -> str:
    """
    Return for each row the line of a table that stands for its value.

    Args:
        part: one column, (n, 1).
        known: k values; words in a column of words, numbers or booleans in one of numbers.
        table: (k, w), a line for each known value.
        unknown: (w,), the line of all other values.

    Returns:
        Numbers (n, w).
    """
    lines = np.vstack([np.asarray(table, dtype=np.float64), np.asarray(unknown, dtype=np.float64).reshape(1, -1)])
    row = writer.node("Reshape", position(writer, part, known), writer.constant(np.array([-1])))
    return writer.node("Gather", writer.constant(lines), row, axis=0)


def position(writer: Writer, part: Part, known: Sequence[Any]) -> str:
    """The number of each row's value among the known ones, int64 (n, 1) or (n,); their count for others."""
    if part.kind == "word":
        words = {
            NEVER_SENT if is_nan(value) else str(value): place
            for place, value in enumerate(known)
            if isinstance(value, str) or is_nan(value)
        }
        return writer.node(
            "LabelEncoder",
            part.name,
            domain="ai.onnx.ml",
            keys_strings=list(words) or ["\ue000none"],
            values_int64s=list(words.values()) or [len(known)],
            default_int64=len(known),
        )
    numbers = np.array(
        [np.nan if isinstance(value, str) or is_nan(value) else float(value) for value in known] or [np.nan]
    )
    same = writer.cast(writer.calculate("Equal", part.name, numbers.reshape(1, -1)))
    missing = [place for place, value in enumerate(known) if is_nan(value)]
    if missing:
        mask = np.zeros((1, len(known)))
        mask[0, missing[0]] = 1
        gone = writer.cast(writer.node("IsNaN", part.name))
        same = writer.node("Add", same, writer.calculate("Mul", gone, mask))
    last = writer.constant(np.full((1, 1), 0.5))
    rest = writer.node("Add", writer.calculate("Mul", writer.columns(same, [0]), 0.0), last)
    return writer.node("ArgMax", writer.joined([same, rest]), axis=1, keepdims=0)
