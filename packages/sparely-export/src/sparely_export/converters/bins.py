"""Bins: which interval a number falls into."""

from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.interpolation import interval
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer


@converts("transform", "sklearn.KBinsDiscretizer")
def _binned(writer: Writer, model: Any, block: Block) -> Block:
    counts = [int(count) for count in model.n_bins_]
    borders = np.full((max(counts) - 1, len(counts)), np.inf)  # where a column has fewer
    for place, edges in enumerate(model.bin_edges_):
        borders[: counts[place] - 1, place] = edges[1:-1]
    number = interval(writer, writer.numbers(block), borders)
    if model.encode == "ordinal":
        return writer.block(writer.cast(number), len(counts))
    wide = writer.node("Unsqueeze", number, writer.constant(np.array([2])))
    hot = writer.cast(writer.node("Equal", wide, writer.constant(np.arange(max(counts)))))
    flat = writer.node("Reshape", hot, writer.constant(np.array([-1, len(counts) * max(counts)])))
    places = [column * max(counts) + each for column, count in enumerate(counts) for each in range(count)]
    return writer.block(flat if len(set(counts)) == 1 else writer.columns(flat, places), len(places))
