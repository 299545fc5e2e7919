"""Which columns of a table an estimator knows as words, so that 01067, True, None and NA are read as such."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sparely_export.fitted_tables import own_categories, takes_text
from sparely_export.steps import listed_columns, walk


def words_known(estimator: Any, columns: Sequence[str], targets: Sequence[str] = ()) -> list[str]:
    """
    Return the columns whose values the fitted estimator has as words: in encoders, imputers, categories, classes.

    Args:
        columns: of the table, the targets among them.
    """
    features = [name for name in columns if name not in targets]
    names = [str(name) for name in getattr(estimator, "feature_names_in_", features)]
    found = {
        names[place] for place, each in own_categories(estimator).items() if place < len(names) and _words(each.values)
    }
    found |= {name for _, step in walk(estimator) for name in _of_step(step, names)}
    if takes_text(estimator):
        found |= set(features)
    classes = getattr(estimator, "classes_", None)
    if len(targets) == 1 and classes is not None and not isinstance(classes, list) and _words(classes):
        found |= set(targets)
    return [name for name in columns if name in found]


def _of_step(step: Any, names: Sequence[str]) -> Iterator[str]:
    """Columns by name of what one step knows as words."""
    fitted = [str(name) for name in getattr(step, "feature_names_in_", names)]
    for _, part, columns in getattr(step, "transformers_", ()):
        if isinstance(part, str):
            continue
        chosen = listed_columns(columns, fitted)
        labels = [column if isinstance(column, str) else fitted[int(column)] for column in chosen]
        first = part.steps if hasattr(part, "steps") else [("", part)]
        for _, inner in first:
            yield from _columns_of(inner, labels)
    if not hasattr(step, "transformers_"):
        yield from _columns_of(step, fitted)


def _columns_of(step: Any, names: Sequence[str]) -> Iterator[str]:
    """An encoder or imputer of as many columns as there are names."""
    if hasattr(step, "vocabulary_") and len(names) == 1:
        yield names[0]
    known = getattr(step, "categories_", None)
    if known is None:
        known = [[value] for value in getattr(step, "statistics_", ())]
    if len(known) == len(names):
        yield from (name for name, values in zip(names, known, strict=True) if _words(values))


def _words(values: Any) -> bool:
    listed = [
        value for value in np.asarray(values, dtype=object).ravel().tolist() if value is not None and value == value
    ]
    return bool(listed) and all(isinstance(value, str) for value in listed)
