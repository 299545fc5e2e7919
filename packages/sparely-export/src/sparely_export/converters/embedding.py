"""Trees that place rows: a column for each leaf, 1 for those that a row falls into."""

import copy
from typing import Any

from sparely_export.converters import leaves
from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer


@converts("transform", "sklearn.RandomTreesEmbedding")
def _places(writer: Writer, model: Any, block: Block) -> Block:
    """The same whether the columns were kept sparse, which skl2onnx does not write."""
    dense = copy.copy(model)
    dense.sparse_output = False
    dense.one_hot_encoder_ = copy.copy(model.one_hot_encoder_)
    dense.one_hot_encoder_.sparse_output = False
    return leaves.transform(writer, dense, block)
