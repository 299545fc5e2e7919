"""Rows on both sides of whatever a step compares a number with: bins, knots, quantiles, categories, thresholds."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import _safe_indexing

from sparely_export.answers import as_fitted
from sparely_export.features import Feature, Instance
from sparely_export.thresholds import values_around

MOST_EDGES = 400
"""Of more in one step evenly chosen ones are tried."""

MOST_CELLS = 100_000
"""Of rows with thousands of features fewer edges are tried."""

STEPS = 60
"""Halvings, after which two float64 of one size are neighbours."""

COARSE_STEPS = 12
GRID = 33
MOST_DECIMALS = 6

Before = Callable[[Any], Any]
"""What stands before a step: the estimator's table of n rows becomes the step's."""


def _numeric_categories(step: Any) -> list[Any]:
    return [
        [
            value
            for value in np.asarray(each, dtype=object).tolist()
            if isinstance(value, int | float) and value == value
        ]
        for each in step.categories_
    ]


EDGES: dict[str, Callable[[Any], Sequence[Any]]] = {
    "KBinsDiscretizer": lambda step: step.bin_edges_,
    "Binarizer": lambda step: [[step.threshold]] * step.n_features_in_,
    "IsotonicRegression": lambda step: [step.X_thresholds_],
    "SplineTransformer": lambda step: [each.t for each in step.bsplines_],
    "QuantileTransformer": lambda step: step.quantiles_.T,
    "OneHotEncoder": _numeric_categories,
    "OrdinalEncoder": _numeric_categories,
    "TargetEncoder": _numeric_categories,
}
"""By the name of a step, the numbers that it compares each of its columns with."""

DECIDING = ("FixedThresholdClassifier", "TunedThresholdClassifierCV")


class Comparing(NamedTuple):
    """A step that compares, and what makes its table of the estimator's."""

    step: Any
    before: Before


class _Edge(NamedTuple):
    column: int
    value: float
    feature: Feature


def edge_rows(
    estimator: Any, features: Sequence[Feature], rows: Sequence[Instance], kind: Any = np.float64
) -> list[dict[str, Any]]:
    """
    Return rows just below and above each number that a step compares with, in the units that callers send.

    Beside an edge stand the neighbouring values of the type that the model takes, the shortest decimal between them,
    and the next values with as many decimals as the rows have: a cent below, a cent above.

    Args:
        features: with their ranges.
        kind: numpy's type of the numbers that the model takes.
    """
    base = next((row for row in rows if None not in row.values()), None)
    numeric = [each for each in features if each.numeric and each.minimum is not None]
    if base is None or not numeric:
        return []
    decimals = {each.name: _decimals([row.get(each.name) for row in rows]) for each in numeric}
    found: list[dict[str, Any]] = []
    for each in comparing(estimator, lambda table: table):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found += _around(each, estimator, features, numeric, base, decimals, kind)
            except Exception:  # noqa: S112  (what stands before the step refuses rows beyond training: others are tried)
                continue
    if type(estimator).__name__ in DECIDING:
        found += _flips(estimator, features, numeric, base)
    return list({tuple(sorted((name, repr(value)) for name, value in row.items())): row for row in found}.values())


def comparing(estimator: Any, before: Before) -> Iterator[Comparing]:
    """Yield the steps of an estimator that compare, each with what stands before it."""
    if type(estimator).__name__ in EDGES:
        yield Comparing(estimator, before)
    elif hasattr(estimator, "steps"):
        for _, step in estimator.steps:
            yield from comparing(step, before)
            if hasattr(step, "transform"):
                before = _after(before, step)
    elif hasattr(estimator, "transformers_"):
        for _, step, columns in estimator.transformers_:
            if hasattr(step, "get_params"):
                yield from comparing(step, _chosen(before, columns))
    elif hasattr(estimator, "transformer_list"):
        for _, step in estimator.transformer_list:
            yield from comparing(step, before)
    else:
        for inner in _members(estimator):
            yield from comparing(inner, before)


def _members(estimator: Any) -> Iterator[Any]:
    several = getattr(estimator, "estimators_", None)
    if isinstance(several, list):
        yield from (each for each in several if hasattr(each, "get_params"))
        return
    for name in ("estimator_", "regressor_", "best_estimator_"):
        if hasattr(getattr(estimator, name, None), "get_params"):
            yield getattr(estimator, name)
    for each in getattr(estimator, "calibrated_classifiers_", ()):
        yield each.estimator


def _after(before: Before, step: Any) -> Before:
    return lambda table: step.transform(before(table))


def _chosen(before: Before, columns: Any) -> Before:
    return lambda table: _safe_indexing(before(table), columns, axis=1)


def _around(
    each: Comparing,
    estimator: Any,
    features: Sequence[Feature],
    numeric: Sequence[Feature],
    base: Instance,
    decimals: dict[str, int | None],
    kind: Any,
) -> Iterator[dict[str, Any]]:
    def matrix(rows: Sequence[Instance]) -> np.ndarray:
        made = each.before(as_fitted(estimator, features, rows))
        made = made.toarray() if hasattr(made, "toarray") else np.asarray(made, dtype=object)
        return made.reshape(len(rows), -1)

    edges = list(_edges(each.step, matrix, numeric, base))
    most = max(min(MOST_EDGES, MOST_CELLS // len(base)), 10)
    edges = edges[:: -(-len(edges) // most)] if edges else []
    if not edges:
        return
    columns, every = [edge.column for edge in edges], range(len(edges))
    wanted = np.array([edge.value for edge in edges], dtype=np.float64)

    def reached(values: np.ndarray) -> np.ndarray:
        rows = [{**base, edge.feature.name: float(value)} for edge, value in zip(edges, values, strict=True)]
        return matrix(rows)[every, columns].astype(np.float64) >= wanted

    span = np.array([(edge.feature.maximum or 0) - (edge.feature.minimum or 0) or 1 for edge in edges])
    low = np.array([edge.feature.minimum for edge in edges], dtype=np.float64) - span / 50
    high = np.array([edge.feature.maximum for edge in edges], dtype=np.float64) + span / 50
    start = reached(low)
    crosses = start != reached(high)
    for _ in range(STEPS):
        middle = low / 2 + high / 2
        same = reached(middle) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    for edge, below, above, crossing in zip(edges, low, high, crosses, strict=True):
        if crossing:
            values = [
                *values_around(*_neighbours(below, above, kind)),
                *_decimal_neighbours(above, decimals[edge.feature.name]),
            ]
            yield from ({**base, edge.feature.name: value} for value in values)


def _edges(
    step: Any, matrix: Callable[[Sequence[Instance]], np.ndarray], numeric: Sequence[Feature], base: Instance
) -> Iterator[_Edge]:
    lows = matrix([{**base, each.name: each.minimum} for each in numeric])
    highs = matrix([{**base, each.name: each.maximum} for each in numeric])
    for column, values in enumerate(EDGES[type(step).__name__](step)):
        if not len(values) or column >= lows.shape[1]:
            continue
        try:
            moved = np.abs(highs[:, column].astype(np.float64) - lows[:, column].astype(np.float64))
        except (TypeError, ValueError):  # a column of words
            continue
        if moved.max() > 0:
            feature = numeric[int(moved.argmax())]
            yield from (_Edge(column, float(value), feature) for value in dict.fromkeys(np.asarray(values).tolist()))


def _neighbours(below: float, above: float, kind: Any) -> tuple[Any, Any]:
    """The two values of a type between which the edge lies."""
    low, high = kind(below), kind(above)
    if low == high:
        low = np.nextafter(low, kind(-np.inf)) if float(low) >= above else low
        high = np.nextafter(low, kind(np.inf))
    return low, high


def _decimals(seen: Sequence[Any]) -> int | None:
    """How many decimals a column's values have, None where they are not written so."""
    values = np.array([value for value in seen if value is not None], dtype=np.float64)
    return next((each for each in range(MOST_DECIMALS + 1) if np.array_equal(np.round(values, each), values)), None)


def _decimal_neighbours(edge: float, decimals: int | None) -> list[float]:
    if decimals is None:
        return []
    step = 10.0**-decimals
    return [round(edge + places * step, decimals) for places in (-1, 0, 1)]


def _flips(
    estimator: Any, features: Sequence[Feature], numeric: Sequence[Feature], base: Instance
) -> Iterator[dict[str, Any]]:
    """Rows near the threshold of a classifier: where its label changes as one number moves."""
    grids = {each.name: np.linspace(float(each.minimum or 0), float(each.maximum or 0), GRID) for each in numeric}
    rows = [{**base, name: float(value)} for name, grid in grids.items() for value in grid]

    def labels(asked: Sequence[Instance]) -> np.ndarray:
        return np.asarray(estimator.predict(as_fitted(estimator, features, asked)))

    found = labels(rows).reshape(len(numeric), GRID)
    pairs = [
        (each.name, grids[each.name][place], grids[each.name][place + 1], found[row, place])
        for row, each in enumerate(numeric)
        for place in np.flatnonzero(found[row, 1:] != found[row, :-1])
    ][:MOST_EDGES]
    for _ in range(COARSE_STEPS if pairs else 0):
        middles = [(low + high) / 2 for _, low, high, _ in pairs]
        answers = labels([{**base, name: float(value)} for (name, *_), value in zip(pairs, middles, strict=True)])
        pairs = [
            (name, middle, high, label) if answer == label else (name, low, middle, label)
            for (name, low, high, label), middle, answer in zip(pairs, middles, answers, strict=True)
        ]
    yield from ({**base, name: float(value)} for name, low, high, _ in pairs for value in (low, high))
