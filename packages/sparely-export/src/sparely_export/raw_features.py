"""What callers may send of a model with own steps, found by asking `prepare`: names, types, null, what is refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from sparely.manifest import Feature as Prepared
from sparely_export.features import Feature, Instance
from sparely_export.refused_values import tries
from sparely_export.rows import evenly

ASKED = 100
"""So many rows must be handed on as they are."""
TRIED = 5
"""In so many of them other values are tried."""
OFF_WHOLE = (0.5, 0.25)
Row = Mapping[str, Any]
Prepare = Callable[[dict[str, Any]], Row]
SPELLINGS: tuple[Callable[[str], str], ...] = (str.upper, str.lower, str.title, lambda word: f" {word} ")
"""What a `prepare` may take for the same word."""


def raw_features(frame: pd.DataFrame, type_of: Callable[[pd.Series], Any]) -> tuple[Feature, ...]:
    """What callers send: each column, null where the data have empty cells; `prepare` gets None for it."""
    return tuple(_raw(frame[name], type_of(frame[name])) for name in frame.columns)


def _raw(column: pd.Series, kind: Any) -> Feature:
    if not column.isna().any():
        return Feature(name=str(column.name), type=kind)
    return Feature(name=str(column.name), type=kind, required=False, null="none")


def with_estimators_limits(
    features: Sequence[Feature], prepared: Sequence[Prepared], prepare: Prepare, rows: Sequence[Instance]
) -> tuple[Feature, ...]:
    """
    Say of features that `prepare` hands on unchanged what the estimator says of them: whether null is taken, and which
    values are not.

    Others keep what they have, for what comes of their values is known for each row alone.

    Args:
        features: the callers', with their ranges and categories.
        prepared: the estimator's own.
        rows: as callers send them.
    """
    known = {each.name: each for each in prepared}
    return tuple(
        _limited(feature, known[feature.name], prepared, prepare, rows)
        if feature.name in known and known[feature.name].type == feature.type
        else feature
        for feature in features
    )


def _limited(
    feature: Feature, same: Prepared, prepared: Sequence[Prepared], prepare: Prepare, rows: Sequence[Instance]
) -> Feature:
    name = feature.name
    if not all(_handed_on(prepare, row, name, row[name]) for row in _some(rows, ASKED)):
        return feature
    some = _some(rows, TRIED)
    if same.takes_null and not feature.nullable and all(_takes_null(prepare, row, name, prepared) for row in some):
        feature = replace(feature, null="none", required=False)
    others = [*_others(feature, rows), *(same.accepts.without if same.accepts else ())]
    if same.accepts and all(_handed_on(prepare, row, name, value) for value in others for row in some):
        feature = replace(feature, accepts=same.accepts)
    return feature


def _some(rows: Sequence[Instance], most: int) -> list[dict[str, Any]]:
    return evenly([dict(row) for row in rows], most)


def _others(feature: Feature, rows: Sequence[Instance]) -> Iterator[Any]:
    """Values that a `prepare` would change that maps, cuts or spells them otherwise."""
    for value in tries(feature, rows):
        yield value
        if isinstance(value, str):
            yield from (spelt(value) for spelt in SPELLINGS)
    for word in feature.categories[:TRIED]:
        yield from (spelt(word) for spelt in SPELLINGS)
    yield from ([""] if feature.type == "string" else [])


def _handed_on(prepare: Prepare, row: Instance, name: str, value: Any) -> bool:
    made = _made(prepare, {**row, name: value})
    if made is None or name not in made:
        return False
    result = made[name]
    return (value is None and result != result) or (
        result == value and isinstance(result, bool) is isinstance(value, bool)
    )


def _takes_null(prepare: Prepare, row: Instance, name: str, prepared: Sequence[Prepared]) -> bool:
    """Whether null of a feature is handed on, and leaves no other feature without a value that has to have one."""
    made = _made(prepare, {**row, name: None})
    if made is None or not _handed_on(prepare, row, name, None):
        return False
    missing = [each for each in prepared if made.get(each.name) is None or made[each.name] != made[each.name]]
    return all(each.takes_null for each in missing)


def _made(prepare: Prepare, row: dict[str, Any]) -> Row | None:
    """What `prepare` makes of a row; None where it refuses it or fails."""
    try:
        made = prepare(row)
    except (Exception, SystemExit):
        return None
    return made if isinstance(made, Mapping) else None


def whole_by_chance(
    prepared: pd.DataFrame, raw: Sequence[Feature], prepare: Prepare, rows: Sequence[Instance]
) -> list[str]:
    """
    The prepared columns that are whole in all rows, and are not once callers send other numbers.

    Args:
        prepared: the estimator's rows.
        raw: the callers' features.
        rows: the callers' rows.
    """
    whole = [str(name) for name in prepared.columns if pd.api.types.is_integer_dtype(prepared[name].dtype)]
    numbers = [feature.name for feature in raw if feature.type == "number"]
    if not whole or not numbers:
        return []
    made = [
        each
        for row in _some(rows, TRIED)
        for names in (numbers, *([name] for name in numbers))
        for off in OFF_WHOLE
        if (each := _made(prepare, _moved(row, names, off)))
    ]
    return [name for name in whole if any(_is_fraction(each.get(name)) for each in made)]


def _moved(row: Instance, names: Sequence[str], by: float) -> dict[str, Any]:
    return {**row, **{name: int(row[name]) + by for name in names if row[name] is not None}}


def _is_fraction(value: Any) -> bool:
    return isinstance(value, float) and not value.is_integer() and value == value
