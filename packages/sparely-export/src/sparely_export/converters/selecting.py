"""Selectors of features: those columns that were found to help."""

from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.registry import converts
from sparely_export.converters.writing import Writer

NAMES = [
    "SelectKBest",
    "SelectPercentile",
    "SelectFpr",
    "SelectFdr",
    "SelectFwe",
    "GenericUnivariateSelect",
    "RFE",
    "RFECV",
    "SelectFromModel",
    "VarianceThreshold",
    "SequentialFeatureSelector",
]


@converts("transform", *(f"sklearn.{name}" for name in NAMES))
def _selected(writer: Writer, model: Any, block: Block) -> Block:
    kept = np.flatnonzero(model.get_support()).tolist()
    return writer.select(block, kept)
