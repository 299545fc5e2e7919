"""What a model takes, read off the fitted estimator and sample rows of its data."""

import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from sparely.handler.values import LARGEST_INTEGER
from sparely_export.answers import as_fitted
from sparely_export.features import NEVER_SENT, Feature, FeatureType, Instance, Null, Token
from sparely_export.fitted_tables import knows_missing, own_categories, takes_text
from sparely_export.invalid import InvalidRows, check_answers, quoted
from sparely_export.rows import to_rows
from sparely_export.steps import dropped_columns, walk

NATIVE = ("HistGradientBoosting", "XGB", "LGBM", "CatBoost")
"""Estimators that were made to do without a value; others may only fail to refuse NaN."""


@dataclass(frozen=True, slots=True)
class Described:
    """
    The features of a model, its sample rows, and the columns of the data that it does not take.

    `by_order` says that the estimator was fitted without names, and bears those of the data's columns in their order.
    """

    features: tuple[Feature, ...]
    rows: list[dict[str, Any]]
    ignored: tuple[str, ...]
    by_order: bool = False


def describe(
    estimator: Any,
    frame: pd.DataFrame,
    targets: Sequence[str] = (),
    nulls: Mapping[str, str] | None = None,
    *,
    columns: Sequence[str] = (),
    optional: Collection[str] = (),
) -> Described:
    """
    Infer name, type and null handling of each feature; ranges and categories are filled in by the export.

    Args:
        targets: columns that are not features.
        nulls: by feature, the word that null stands for (or "nan"), where it is not seen from the estimator.
        columns: those that the model takes, in their order, if somebody says so; counts where the estimator names none.
        optional: columns that may be null if the estimator answers that, also where no row is.

    Raises:
        InvalidRows: a column is missing, of a type that JSON has not, or holds what the estimator refuses.
    """
    names = _names(estimator, list(columns) or [str(name) for name in frame.columns if name not in targets])
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise InvalidRows(f"the rows have no column {quoted(missing)}; the estimator was fitted on it.")
    table = frame[names]
    features = tuple(Feature(name=name, type=column_type(table[name])) for name in names)
    rows = to_rows(table)
    check_answers(estimator, features, rows, whole=True)
    words = dict(nulls or {})
    described = tuple(_with_null(estimator, features, feature, rows, words, optional) for feature in features)
    check_answers(estimator, described, rows)
    ignored = tuple(str(name) for name in frame.columns if name not in names and name not in targets)
    return Described(described, rows, ignored, not columns and _has_no_names(estimator))


def _names(estimator: Any, columns: Sequence[str]) -> list[str]:
    """The names that the estimator was fitted with, if those are the data's; else the columns in their order."""
    if takes_text(estimator):
        return _text_column(columns)
    fitted = getattr(estimator, "feature_names_in_", None)
    if fitted is not None:
        renamed = [name.replace(" ", "_") for name in columns]
        if not set(fitted) <= set(columns) and [str(name) for name in fitted] == renamed:  # as LightGBM has it
            return list(columns)
        dropped = dropped_columns(estimator)
        return [str(name) for name in fitted if str(name) not in dropped]
    known = getattr(estimator, "feature_names_", None) or getattr(estimator, "feature_name_", None)
    if known is not None and set(known) <= set(columns):
        return [str(name) for name in known]
    count = getattr(estimator, "n_features_in_", len(columns))
    if count != len(columns):
        raise InvalidRows(
            f"the estimator takes {count} columns and the rows have {len(columns)} besides the target: "
            f"{', '.join(columns)}. Name the target with --target, or leave out what is not a feature."
        )
    return list(columns)


def _text_column(columns: Sequence[str]) -> list[str]:
    """A series of texts has no name, so there is to be one column."""
    if len(columns) != 1:
        raise InvalidRows(
            f"the estimator takes a column of text, and the rows have {len(columns)} besides the target: "
            f"{', '.join(columns)}. Name the target with --target, and leave out what is not the text."
        )
    return list(columns)


def _has_no_names(estimator: Any) -> bool:
    """Whether it was fitted on an array; a file of ONNX has its own way of naming."""
    names = ("feature_names_in_", "feature_names_", "feature_name_")
    return hasattr(estimator, "n_features_in_") and all(getattr(estimator, name, None) is None for name in names)


def column_type(column: pd.Series) -> FeatureType:
    """
    The type of a column's values as JSON has them.

    Raises:
        InvalidRows: it has none.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.dtype.categories.dtype)
    seen = column.dropna()
    if seen.empty:
        raise InvalidRows(f'column "{column.name}" holds no value in these rows; give rows that have some.')
    if isinstance(seen.iloc[0], bool | np.bool_) and all(isinstance(value, bool | np.bool_) for value in seen):
        return "boolean"
    _check_answers(column)
    if pd.api.types.is_integer_dtype(column.dtype):
        _check_exact(seen)
        return "integer"
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_complex_dtype(column.dtype):
        return "number"
    if all(isinstance(value, str) for value in seen):
        return "string"
    if isinstance(seen.iloc[0], Decimal):
        raise InvalidRows(
            f'column "{column.name}" holds decimals, which JSON has no type for. '
            f'The model computes with floats of them: give its rows as such, by .astype({{"{column.name}": float}}).'
        )
    kind = "dates" if pd.api.types.is_datetime64_any_dtype(column.dtype) else f"values like {seen.iloc[0]!r}"
    raise InvalidRows(
        f'column "{column.name}" holds {kind}, which JSON has no type for. '
        "Derive numbers before the pipeline (month, weekday, days since), or strings."
    )


def _check_exact(whole: pd.Series) -> None:
    """Whole numbers so large that the service takes none of them, such as times in nanoseconds."""
    largest = max(int(whole.max()), -int(whole.min()))
    if largest > LARGEST_INTEGER:
        raise InvalidRows(
            f'column "{whole.name}" holds whole numbers up to {largest}, and beyond {LARGEST_INTEGER} JSON does not '
            "keep them exactly for every caller. Fit it on smaller ones, such as seconds instead of nanoseconds, or on "
            "words where it is a code."
        )


def _check_answers(column: pd.Series) -> None:
    numeric = pd.api.types.is_float_dtype(column.dtype)
    infinite = np.isinf(column.to_numpy(dtype=np.float64, na_value=np.nan)) if numeric else np.array([], dtype=bool)
    if infinite.any():
        place = int(infinite.argmax())
        raise InvalidRows(
            f'column "{column.name}" holds {column.iloc[place]} in row {place + 1} of the data, which JSON has no '
            "number for. Leave the cell empty, or the row out."
        )


def _with_null(
    estimator: Any,
    features: tuple[Feature, ...],
    feature: Feature,
    rows: Sequence[Instance],
    words: Mapping[str, str],
    optional: Collection[str],
) -> Feature:
    """Allow null where the rows or the estimator's imputers do, and the estimator answers it."""
    has_nulls = any(row[feature.name] is None for row in rows)
    for null in _candidates(estimator, feature, has_nulls or feature.name in optional, words.get(feature.name)):
        allowed = replace(feature, null=null, required=False)
        if _answers_null(estimator, features, allowed, rows):
            return allowed
    if has_nulls:
        raise InvalidRows(
            f'column "{feature.name}" has empty values, which the estimator refuses or which have no word in it. '
            f"Train with a SimpleImputer, or with a word of its own and --null {feature.name}=WORD."
        )
    return feature


def _candidates(estimator: Any, feature: Feature, is_open: bool, word: str | None) -> Iterator[Null]:
    if word is not None:
        yield "nan" if word == "nan" and feature.numeric else Token(word)
    elif feature.numeric:
        if is_open or _does_without(estimator, feature.name):
            yield "nan"
    else:
        if knows_missing(estimator) or _says_where(estimator):
            yield Token(NEVER_SENT)
        yield from (Token(str(filling)) for filling in _fillings(estimator, feature.name) if isinstance(filling, str))
        if is_open or own_categories(estimator):  # an encoder may take it as it does words never seen
            yield Token(NEVER_SENT)


def _says_where(estimator: Any) -> bool:
    """Whether a step tells missing values from those that are filled in."""
    return any(
        type(step).__name__ == "MissingIndicator" or getattr(step, "add_indicator", False)
        for _, step in walk(estimator)
    )


def _does_without(estimator: Any, name: str) -> bool:
    native = any(type(step).__name__.startswith(NATIVE) for _, step in walk(estimator))
    imputers = any(
        type(step).__name__.endswith("Imputer") and name in getattr(step, "feature_names_in_", [name])
        for _, step in walk(estimator)
    )
    return native or imputers


def _fillings(estimator: Any, name: str) -> Iterator[Any]:
    """What imputers put in the place of a missing word; sending that word gives the same answer."""
    for _, step in walk(estimator):
        if type(step).__name__ == "SimpleImputer":
            names = list(getattr(step, "feature_names_in_", []))
            if name in names:
                yield step.statistics_[names.index(name)]


def _answers_null(estimator: Any, features: tuple[Feature, ...], feature: Feature, rows: Sequence[Instance]) -> bool:
    whole = next((row for row in rows if None not in row.values()), None)
    if whole is None:
        return True
    tried = tuple(feature if entry.name == feature.name else entry for entry in features)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            estimator.predict(as_fitted(estimator, tried, [{**whole, feature.name: None}]))
    except Exception:  # ValueError, or a class of the model's own library
        return False
    return True
