"""Bins: which interval a number falls into."""

from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.interpolation import reached
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer


@converts("transform", "sklearn.KBinsDiscretizer")
def _binned(writer: Writer, model: Any, block: Block) -> Block:
    made, width = [], 0
    for place, part in enumerate(writer.split(block)):
        number = reached(writer, part.name, model.bin_edges_[place][1:-1])
        if model.encode != "ordinal":
            count = int(model.n_bins_[place])
            number = writer.cast(writer.calculate("Equal", number, np.arange(count, dtype=np.float64).reshape(1, -1)))
            width += count
        else:
            width += 1
        made.append(number)
    return writer.block(writer.joined(made), width)
