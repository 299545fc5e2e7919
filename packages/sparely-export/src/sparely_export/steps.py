"""The steps that an estimator is made of, each with the name that its author gave it."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd


def walk(estimator: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield an estimator and all that it holds, with its place, such as `columns/numbers/impute`."""
    yield name or type(estimator).__name__, estimator
    for part, inner in _inner(estimator):
        yield from walk(inner, f"{name}/{part}" if name else part)


def _inner(estimator: Any) -> Iterator[tuple[str, Any]]:
    """Parts of pipelines, unions and column transformers by name, those of meta-estimators by number."""
    if hasattr(estimator, "steps"):
        parts = list(estimator.steps)
    elif hasattr(estimator, "transformers_"):
        parts = [(name, step) for name, step, _ in estimator.transformers_]
    elif hasattr(estimator, "transformer_list"):
        parts = list(estimator.transformer_list)
    else:
        parts = list(_members(estimator))
    yield from ((part, step) for part, step in parts if hasattr(step, "get_params") and _public(step))


def _members(estimator: Any) -> Iterator[tuple[str, Any]]:
    """What a meta-estimator has fitted; the base that an ensemble clones is not one of its models."""
    if _of_trees(estimator):
        return
    members = getattr(estimator, "estimators_", None)
    attributes = ("final_estimator_", "regressor_", "transformer_", "base_estimator_", "best_estimator_")
    for attribute in attributes if isinstance(members, list) else ("estimator_", *attributes):
        if hasattr(getattr(estimator, attribute, None), "get_params"):
            yield attribute.rstrip("_"), getattr(estimator, attribute)
    if type(estimator).__name__ == "FrozenEstimator":
        yield "estimator", estimator.estimator
    if isinstance(members, list):
        yield from ((str(index), member) for index, member in enumerate(members))
    for index, member in enumerate(getattr(estimator, "calibrated_classifiers_", ())):
        yield str(index), member.estimator


def _public(step: Any) -> bool:
    return not type(step).__name__.startswith("_") and not samples(step)


def samples(step: Any) -> bool:
    """Whether a step, of imbalanced-learn, only changes which rows are fitted on, and does nothing when asked."""
    return hasattr(step, "fit_resample") and not hasattr(step, "transform")


def _of_trees(estimator: Any) -> bool:
    """Forests and boosted trees are one step; their trees are not the author's."""
    members = getattr(estimator, "estimators_", [])
    first = np.asarray(members, dtype=object).ravel()[:1]
    name = type(estimator).__name__
    return bool(len(first)) and ("Forest" in name or "Trees" in name or "GradientBoosting" in name)


def dropped_columns(estimator: Any) -> set[str]:
    """Columns that a column transformer at the front was fitted with, and drops: callers need not send them."""
    first = estimator.steps[0][1] if hasattr(estimator, "steps") else estimator
    names = list(getattr(first, "feature_names_in_", []))
    parts = getattr(first, "transformers_", ())
    used = {
        _name(column, names)
        for _, step, columns in parts
        if not (isinstance(step, str) and step == "drop")
        for column in listed_columns(columns, names)
    }
    return {str(name) for name in names if name not in used} if parts else set()


def listed_columns(columns: Any, names: Sequence[str] = ()) -> list[Any]:
    """Return columns one by one; of names a slice holds its end, of numbers not, and a mask those that are true."""
    if isinstance(columns, slice):
        if isinstance(columns.start, str) or isinstance(columns.stop, str):
            start = 0 if columns.start is None else list(names).index(columns.start)
            stop = len(names) if columns.stop is None else list(names).index(columns.stop) + 1
            return list(names)[start : stop : columns.step]
        return list(range(len(names)))[columns]
    if np.asarray(columns).dtype.kind == "b" and np.ndim(columns):
        return np.flatnonzero(columns).tolist()
    return list(columns) if isinstance(columns, list | tuple | np.ndarray | pd.Index) else [columns]


def _name(column: Any, names: list[str]) -> Any:
    return names[column] if isinstance(column, int | np.integer) and not isinstance(column, bool) else column


def chooses_by_name(estimator: Any) -> bool:
    """Whether a column transformer in it picks columns by name, so that each needs a tensor of its own."""
    return any(
        isinstance(column, str)
        for _, step in walk(estimator)
        for _, _, columns in getattr(step, "transformers_", ())
        for column in ([columns.start, columns.stop] if isinstance(columns, slice) else listed_columns(columns))
    )


def names_of_steps(estimator: Any) -> str:
    """The steps' names, outermost containers left out."""
    names = [type(step).__name__ for _, step in walk(estimator)]
    shown = [name for name in names if name not in ("Pipeline", "ColumnTransformer", "FeatureUnion")]
    return ", ".join(dict.fromkeys(shown))
