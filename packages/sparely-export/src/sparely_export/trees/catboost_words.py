"""The categories of CatBoost's one-hot splits: it keeps a number of each word, and the rows have the words."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sparely_export.features import Feature
from sparely_export.trees.catboost_trees import saved
from sparely_export.trees.categories import Categories
from sparely_export.trees.ensemble import UnsupportedTrees

MOST_NUMBERS = 10_000
BITS = 2**32


def spellings(features: Sequence[Feature]) -> dict[Any, str]:
    """What may stand in a column of categories, as the text that CatBoost makes a number of."""
    found: dict[Any, str] = {}
    for feature in features:
        if feature.type == "string":
            found |= {word: word for word in feature.categories}
        elif feature.type == "integer" and feature.minimum is not None and feature.maximum is not None:
            numbers = range(int(feature.minimum), int(feature.maximum) + 1)
            found |= {number: str(number) for number in numbers[:MOST_NUMBERS]}
    return found


def categories(model: Any, texts: dict[Any, str]) -> dict[int, Categories]:
    """
    By the column's place, the values that splits name.

    Raises:
        UnsupportedTrees: they name others than these.
    """
    columns = list(model.get_cat_feature_indices())
    if not columns:
        return {}
    numbered = _numbered(model, columns, sorted(set(texts.values())))
    found = {}
    for feature in saved(model)["features_info"]["categorical_features"]:
        codes = {number % BITS: float(code) for code, number in enumerate(feature.get("values", ()))}
        known = {value: codes[numbered[text]] for value, text in texts.items() if numbered[text] in codes}
        lost = len(codes) - len({*known.values()})
        if lost:
            raise UnsupportedTrees(
                f'the rows lack {lost} of the categories of "{feature["feature_id"]}" that its splits name, and it '
                "keeps no words; give rows that have all of them"
            )
        found[feature["flat_feature_index"]] = Categories(tuple(known), tuple(known.values()))
    return found


def _numbered(model: Any, columns: Sequence[int], texts: Sequence[str]) -> dict[str, int]:
    """The number that CatBoost makes of each text, which it tells of rows that have them."""
    import catboost

    names = list(model.feature_names_)
    frame = pd.DataFrame({name: np.zeros(max(len(texts), 1)) for name in names})
    for column in columns:
        frame[names[column]] = pd.Series(list(texts) or [""], dtype=object)
    known = saved(model, catboost.Pool(frame, cat_features=list(columns)))["features_info"]["cat_features_hash"]
    return {entry["value"]: entry["hash"] % BITS for entry in known}
