"""Imputers: a choice between value and filling, in the graph's own numbers, and columns that say what was missing."""

from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block, Part
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer
from sparely_export.features import NEVER_SENT


@converts("transform", "sklearn.SimpleImputer")
def _simple(writer: Writer, model: Any, block: Block) -> Block:
    kept = [place for place, filling in enumerate(model.statistics_) if not _is_empty(model, filling)]
    if block.kinds == {"number"} and kept:
        filled = _filled_numbers(writer, model, writer.select(block, kept), kept)
    else:
        parts = writer.split(block)
        made = [_filled(writer, parts[place], model.statistics_[place], model.missing_values) for place in kept]
        filled = _merged(writer, made)
    if not model.add_indicator:
        return filled
    return Block((*filled.parts, *indicated(writer, model.indicator_, block).parts))


def _is_empty(model: Any, filling: Any) -> bool:
    """A column without a single value in fit is left out."""
    return isinstance(filling, float) and bool(np.isnan(filling)) and model.strategy != "constant"


def _filled_numbers(writer: Writer, model: Any, block: Block, kept: list[int]) -> Block:
    """Columns of numbers alone, all at once."""
    value, fillings = writer.numbers(block), np.array([float(model.statistics_[place]) for place in kept])
    gone = is_missing(writer, value, model.missing_values)
    return writer.block(writer.node("Where", gone, writer.constant(fillings), value), len(kept))


def _filled(writer: Writer, part: Part, filling: Any, missing: Any) -> Part:
    """Null arrives in a column of words as the word that is filled in, or as one that nobody sends."""
    if part.kind == "word":
        mark = missing if isinstance(missing, str) else NEVER_SENT
        same = writer.node(
            "LabelEncoder", part.name, domain="ai.onnx.ml", keys_strings=[mark], values_int64s=[1], default_int64=0
        )
        gone = writer.cast(same, 9)
        return Part(
            writer.node("Where", gone, writer.constant(np.array([str(filling)], dtype=object)), part.name), "word", 1
        )
    gone = is_missing(writer, part.name, missing)
    return Part(writer.node("Where", gone, writer.constant(np.float64(filling)), part.name), "number", 1)


def is_missing(writer: Writer, value: str, missing: Any) -> str:
    """Tell where a column of numbers holds what stands for missing."""
    if missing is None or isinstance(missing, str) or np.isnan(missing):
        return writer.node("IsNaN", value)
    return writer.calculate("Equal", value, float(missing))


def _merged(writer: Writer, parts: list[Part]) -> Block:
    """Neighbouring columns of numbers as one tensor."""
    made: list[Part] = []
    for part in parts:
        if made and made[-1].kind == part.kind == "number":
            last = made.pop()
            made.append(Part(writer.joined([last.name, part.name]), "number", last.width + 1))
        else:
            made.append(part)
    return Block(tuple(made))


@converts("transform", "sklearn.MissingIndicator")
def indicated(writer: Writer, model: Any, block: Block) -> Block:
    """A column of 0 and 1 for each feature that had gaps in fit."""
    places = [int(place) for place in model.features_]
    if not places:
        return Block(())
    if block.kinds == {"number"}:
        value = writer.numbers(writer.select(block, places))
        return writer.block(writer.cast(is_missing(writer, value, model.missing_values)), len(places))
    parts = writer.split(block)
    made = []
    for place in model.features_:
        part = parts[int(place)]
        if part.kind == "word":
            missing = model.missing_values if isinstance(model.missing_values, str) else NEVER_SENT
            same = writer.node(
                "LabelEncoder",
                part.name,
                domain="ai.onnx.ml",
                keys_strings=[missing],
                values_int64s=[1],
                default_int64=0,
            )
            made.append(writer.cast(same))
        else:
            made.append(writer.cast(is_missing(writer, part.name, model.missing_values)))
    return writer.block(writer.joined(made), len(made))
