"""Tables as an estimator was fitted on them: one column of text as a series, words of categories as such."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sparely_export.steps import walk
from sparely_export.trees.categories import Categories, categories_of

VECTORIZERS = ("CountVectorizer", "TfidfVectorizer", "HashingVectorizer")
BOOSTED = ("XGB", "LGBM", "CatBoost", "Booster")


def takes_text(estimator: Any) -> bool:
    """Whether its first step takes a series of texts, not a table."""
    if hasattr(estimator, "steps"):
        return any(takes_text(step) for _, step in estimator.steps[:1])
    if hasattr(estimator, "transformer_list"):
        return any(takes_text(step) for _, step in estimator.transformer_list)
    for attribute in ("best_estimator_", "estimator_", "regressor_"):
        if hasattr(estimator, attribute):
            return takes_text(getattr(estimator, attribute))
    members = getattr(estimator, "calibrated_classifiers_", None)
    if members:
        return takes_text(members[0].estimator)
    if type(estimator).__name__ == "FrozenEstimator":
        return takes_text(estimator.estimator)
    members = getattr(estimator, "estimators_", None)
    if isinstance(members, list) and members and hasattr(members[0], "steps"):
        return takes_text(members[0])
    return type(estimator).__name__ in VECTORIZERS


def knows_missing(estimator: Any) -> bool:
    """Whether an encoder in it has a missing value among its categories."""
    return any(last is None or last != last for _, last in _last_categories(estimator))


def fitted_with_none(estimator: Any) -> set[str]:
    """The columns of words whose missing ones are None to its encoders; in others they are NaN."""
    return {name for name, last in _last_categories(estimator) if last is None}


def _last_categories(estimator: Any) -> Iterator[tuple[str, Any]]:
    """The last category of each column of encoders, which scikit-learn keeps missing ones for, by the column's name."""
    for _, step in walk(estimator):
        known = getattr(step, "categories_", ()) if type(step).__name__.endswith("Encoder") else ()
        names = getattr(step, "feature_names_in_", [""] * len(known))
        yield from ((str(name), values[-1]) for name, values in zip(names, known, strict=False) if len(values))


def own_categories(estimator: Any) -> dict[int, Categories]:
    """The categories by column of a boosted model that takes words itself."""
    for _, step in walk(estimator):
        if getattr(step, "transformers_", None) or type(step).__name__.endswith("Encoder"):
            return {}  # what stands in front of the model has made numbers of words
        if type(step).__name__.startswith(BOOSTED):
            return categories_of(step)
        if type(step).__name__.startswith("HistGradientBoosting"):
            return _of_histogram(step)
    return {}


def _of_histogram(model: Any) -> dict[int, Categories]:
    before = getattr(model, "_preprocessor", None)
    if before is None:
        return {}
    names = [str(name) for name in getattr(model, "feature_names_in_", [])]
    _, encoder, columns = before.transformers_[0]
    if not hasattr(encoder, "categories_"):
        return {}
    places = np.flatnonzero(columns) if np.asarray(columns).dtype.kind == "b" else columns
    found = {}
    for column, values in zip(places, encoder.categories_, strict=True):
        place = names.index(column) if isinstance(column, str) else int(column)
        kept = tuple(
            value for value in np.asarray(values, dtype=object).tolist() if value == value and value is not None
        )
        found[place] = Categories(kept, tuple(float(code) for code in range(len(kept))))
    return found


def as_known(estimator: Any, frame: pd.DataFrame) -> Any:
    """The frame, its only column where a series of texts is wanted, or with columns of categories."""
    if takes_text(estimator):
        return frame.iloc[:, 0]
    if hasattr(estimator, "get_cat_feature_indices"):
        return _with_whole(frame, estimator.get_cat_feature_indices())
    known = own_categories(estimator)
    if not known or max(known) >= frame.shape[1]:
        return frame
    places = {name: known[place] for place, name in enumerate(frame.columns) if place in known}
    return frame.assign(**{name: _categorical(frame[name], each) for name, each in places.items()})


def _with_whole(frame: pd.DataFrame, places: Sequence[int]) -> pd.DataFrame:
    """CatBoost takes numbers of categories as whole ones alone."""
    names = [name for place, name in enumerate(frame.columns) if place in places]
    whole = [name for name in names if frame[name].dtype.kind == "f" and (frame[name] % 1 == 0).all()]
    return frame.astype(dict.fromkeys(whole, np.int64)) if whole else frame


def _categorical(column: pd.Series, known: Categories) -> pd.Categorical:
    """Words never seen become missing, as they do where pandas' own categories were fitted."""
    values = list(known.values)
    seen = set(values)
    return pd.Categorical([value if value in seen else None for value in column.tolist()], categories=values)
