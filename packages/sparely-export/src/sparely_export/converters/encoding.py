"""Encoders of categories, of words, numbers and booleans alike."""

from typing import Any

import numpy as np

from sparely_export.converters.blocks import Block
from sparely_export.converters.lookup import is_nan, looked_up
from sparely_export.converters.registry import NoForm, converts
from sparely_export.converters.writing import Writer


@converts("transform", "sklearn.OneHotEncoder")
def _one_hot(writer: Writer, model: Any, block: Block) -> Block:
    made, width = [], 0
    for place, part in enumerate(writer.split(block)):
        known = list(model.categories_[place])
        table, unknown = _lines(model, place, len(known))
        if table.shape[1]:
            made.append(looked_up(writer, part, known, table, unknown))
        width += table.shape[1]
    return writer.block(writer.joined(made), width)


def _lines(model: Any, place: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """A line for each category of a feature, and the one of unknown values, without what is dropped."""
    groups = list(range(count))
    rare = _rare(model, place)
    if rare is not None:
        groups = [int(each) for each in rare]
    width = max(groups) + 1
    table = np.eye(width)[groups]
    unknown = np.zeros(width)
    if (
        rare is not None
        and model.handle_unknown in ("infrequent_if_exist", "warn")
        and model.infrequent_categories_[place] is not None
    ):
        unknown[-1] = 1
    dropped = getattr(model, "_drop_idx_after_grouping", model.drop_idx_)
    if dropped is not None and dropped[place] is not None:
        gone = int(dropped[place])
        table, unknown = np.delete(table, gone, axis=1), np.delete(unknown, gone)
    return table, unknown


def _rare(model: Any, place: int) -> Any:
    """The group of each category where rare ones share one, as scikit-learn keeps it."""
    if not getattr(model, "_infrequent_enabled", False):
        return None
    return model._default_to_infrequent_mappings[place]


@converts("transform", "sklearn.OrdinalEncoder")
def _ordinal(writer: Writer, model: Any, block: Block) -> Block:
    made = []
    for place, part in enumerate(writer.split(block)):
        known = list(model.categories_[place])
        rare = _rare(model, place)
        numbers = np.array(range(len(known)) if rare is None else rare, dtype=np.float64)
        # the groups of rare ones have no place for NaN, which is the last
        numbers = np.append(numbers, [model.encoded_missing_value] * (len(known) - len(numbers)))
        # None is a category with a number of its own
        numbers[[value is not None and is_nan(value) for value in known]] = model.encoded_missing_value
        unknown = float(model.unknown_value) if model.handle_unknown == "use_encoded_value" else np.nan
        made.append(looked_up(writer, part, known, numbers.reshape(-1, 1), np.array([unknown])))
    return writer.block(writer.joined(made), len(made))


@converts("transform", "sklearn.TargetEncoder")
def _means(writer: Writer, model: Any, block: Block) -> Block:
    classes = len(model.classes_) if model.target_type_ == "multiclass" else 1
    overall = np.atleast_1d(model.target_mean_)
    made = []
    for place, part in enumerate(writer.split(block)):
        known = list(model.categories_[place])
        table = np.column_stack([model.encodings_[place * classes + index] for index in range(classes)])
        made.append(looked_up(writer, part, known, table, overall))
    return writer.block(writer.joined(made), len(made) * classes)


@converts("transform", "sklearn.LabelBinarizer", "sklearn.MultiLabelBinarizer", "sklearn.LabelEncoder")
def _of_targets(writer: Writer, model: Any, block: Block) -> Block:
    raise NoForm(f"{type(model).__name__} encodes targets, not features; use OneHotEncoder or OrdinalEncoder")
