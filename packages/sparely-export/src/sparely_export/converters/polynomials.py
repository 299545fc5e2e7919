"""Products of columns, multiplied in the estimator's order, so that the last bits are its own."""

from collections.abc import Callable, Iterable
from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer


@converts("transform", "sklearn.PolynomialFeatures")
def _products(writer: Writer, model: Any, block: Block) -> Block:
    """Each product of degree d is a column times a product of degree d - 1, that of the columns behind it."""
    number, width = writer.numbers(block), block.width
    choose: Callable[..., Iterable[tuple[int, ...]]] = combinations_with_replacement
    if model.interaction_only:
        choose = combinations
    level = number
    members: list[tuple[int, ...]] = [(place,) for place in range(width)]
    levels = [(number, width)] if model._min_degree <= 1 <= model._max_degree else []
    for degree in range(2, model._max_degree + 1):
        places = {combination: place for place, combination in enumerate(members)}
        members = list(choose(range(width), degree))
        if not members:
            break
        first = writer.columns(number, [combination[0] for combination in members])
        level = writer.node("Mul", writer.columns(level, [places[each[1:]] for each in members]), first)
        if degree >= model._min_degree:
            levels.append((level, len(members)))
    if model.include_bias:
        one = writer.calculate("Add", writer.calculate("Mul", writer.columns(number, [0]), 0.0), np.float64(1))
        levels.insert(0, (one, 1))
    return writer.block(writer.joined([name for name, _ in levels]), sum(count for _, count in levels))
