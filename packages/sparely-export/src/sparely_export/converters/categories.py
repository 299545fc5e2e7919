"""Columns of categories of LightGBM, XGBoost and CatBoost, as the numbers that their trees' splits name."""

from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.lookup import looked_up
from sparely_export.converters.registry import NoForm
from sparely_export.converters.writing import Writer
from sparely_export.trees import catboost_words
from sparely_export.trees.categories import categories_of


def coded(writer: Writer, model: Any, block: Block) -> Block:
    """Words become their numbers, those never seen missing."""
    known = categories_of(model)
    if hasattr(model, "get_cat_feature_indices"):
        known = catboost_words.categories(model, writer.spellings)
    if not known and "word" not in block.kinds:
        return block
    made = []
    for place, part in enumerate(writer.split(block)):
        if place in known:
            values = known[place].values
            codes = np.array(known[place].codes, dtype=np.float64).reshape(-1, 1)
            made.append(looked_up(writer, part, values, codes, np.array([np.nan])))
        elif part.kind == "word":
            kind = type(model).__name__
            raise NoForm(
                f"{kind} takes words in column {place + 1} that it names no categories of; put an OrdinalEncoder "
                "before it"
            )
        else:
            made.append(part.name)
    return writer.block(writer.joined(made), block.width)
