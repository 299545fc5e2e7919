"""Distances to centres, which KMeans gives as a step in front of another."""

from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer


@converts("transform", "sklearn.KMeans", "sklearn.MiniBatchKMeans")
def _distances(writer: Writer, model: Any, block: Block) -> Block:
    centres = np.asarray(model.cluster_centers_, dtype=np.float64)
    wide = writer.node("Unsqueeze", writer.numbers(block), writer.constant(np.array([1])))
    apart = writer.calculate("Sub", wide, centres[np.newaxis])
    sizes = writer.node("ReduceL2", apart, axes=[2], keepdims=0)
    return writer.block(sizes, len(centres))
