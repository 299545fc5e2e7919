"""Pipelines, unions and column transformers; what only works in fit, such as a sampler, is left out."""

from typing import Any

import numpy as np

from sparely_export.converters import asking
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer
from sparely_export.steps import samples

PIPELINES = ("sklearn.Pipeline", "imblearn.Pipeline")


def before_last(writer: Writer, model: Any, block: Block) -> Block:
    """What reaches a pipeline's last step."""
    for _, step in model.steps[:-1]:
        if not samples(step):
            block = asking.transform(writer, step, block)
    return block


@converts("transform", *PIPELINES)
def _transform(writer: Writer, model: Any, block: Block) -> Block:
    last = model.steps[-1][1]
    reached = before_last(writer, model, block)
    return reached if samples(last) else asking.transform(writer, last, reached)


@converts("predict", *PIPELINES)
def _predict(writer: Writer, model: Any, block: Block) -> str:
    return asking.predict(writer, model.steps[-1][1], before_last(writer, model, block))


@converts("probabilities", *PIPELINES)
def _probabilities(writer: Writer, model: Any, block: Block) -> str:
    return asking.probabilities(writer, model.steps[-1][1], before_last(writer, model, block))


@converts("decision", *PIPELINES)
def _decision(writer: Writer, model: Any, block: Block) -> str:
    return asking.decision(writer, model.steps[-1][1], before_last(writer, model, block))


@converts("choice", *PIPELINES)
def _choice(writer: Writer, model: Any, block: Block) -> str:
    return asking.choice(writer, model.steps[-1][1], before_last(writer, model, block))


@converts("transform", "sklearn.FeatureUnion")
def _union(writer: Writer, model: Any, block: Block) -> Block:
    weights = model.transformer_weights or {}
    made = [
        weighed(writer, asking.transform(writer, step, block), weights.get(name))
        for name, step in model.transformer_list
        if step != "drop"
    ]
    return beside(made)


@converts("transform", "sklearn.ColumnTransformer")
def _columns(writer: Writer, model: Any, block: Block) -> Block:
    weights = model.transformer_weights or {}
    made = []
    for name, step, chosen in model.transformers_:
        if isinstance(step, str) and step == "drop":
            continue
        places = places_of(model, chosen, block)
        if not places:
            continue
        part = asking.transform(writer, step, writer.select(block, places))
        made.append(weighed(writer, part, weights.get(name)))
    if not made:
        raise NoForm("its ColumnTransformer keeps no column; name one that it keeps")
    return beside(made)


def places_of(model: Any, chosen: Any, block: Block) -> list[int]:
    """The positions of the columns that one part of a column transformer takes, in the block that it is given."""
    fitted = [str(name) for name in getattr(model, "feature_names_in_", [])]
    count = int(getattr(model, "n_features_in_", block.width))
    if isinstance(chosen, slice):
        chosen = _sliced(chosen, fitted, count)
    elif isinstance(chosen, str) or np.ndim(chosen) == 0:
        chosen = [chosen]
    listed = np.asarray(chosen)
    if listed.dtype.kind == "b":
        listed = np.flatnonzero(listed)
    positions = [fitted.index(str(each)) if isinstance(each, str) else int(each) % count for each in listed.tolist()]
    if block.names and fitted:
        return [block.names.index(fitted[position]) for position in positions]
    return positions


def _sliced(chosen: slice, names: list[str], count: int) -> Any:
    """Of names a slice holds its end, of numbers not."""
    if isinstance(chosen.start, str) or isinstance(chosen.stop, str):
        start = 0 if chosen.start is None else names.index(chosen.start)
        stop = count if chosen.stop is None else names.index(chosen.stop) + 1
        return list(range(start, stop, chosen.step or 1))
    return list(range(count))[chosen]


def weighed(writer: Writer, block: Block, weight: float | None) -> Block:
    """A block times a weight, if there is one."""
    if weight is None:
        return block
    return writer.block(writer.calculate("Mul", writer.numbers(block), weight), block.width, block.names)


def beside(blocks: list[Block]) -> Block:
    """Blocks side by side."""
    names = tuple(name for block in blocks for name in block.names) if all(block.names for block in blocks) else ()
    return Block(tuple(part for block in blocks for part in block.parts), names)
