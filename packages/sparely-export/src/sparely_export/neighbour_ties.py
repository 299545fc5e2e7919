"""Rows whose nearest neighbours are not told apart by distance, so that the order of a search decides."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.neighbors._base import KNeighborsMixin

from sparely_export.answers import as_fitted
from sparely_export.features import Feature, Instance

TIED = (
    "The last of the nearest neighbours of these rows is as near as the next one, and which of the two counts depends "
    "on the order of scikit-learn's search, not on the model: fit it on rows without duplicates and with columns that "
    "tell them apart, or take RadiusNeighborsClassifier or RadiusNeighborsRegressor."
)
NEAR = 1e-7


def tied(estimator: Any, features: Sequence[Feature], rows: Sequence[Instance]) -> str | None:
    """Say that the neighbours of all of these rows are tied; None where that is not why they differ."""
    if not rows:
        return None
    with _searches() as searches:
        estimator.predict(as_fitted(estimator, features, rows))
    found = np.zeros(len(rows), dtype=bool)
    for search, model, asked in searches:
        count = model.n_neighbors
        if len(asked) == len(rows) and count < model.n_samples_fit_:
            distances, _ = search(model, asked, n_neighbors=count + 1)
            found |= np.isclose(distances[:, count - 1], distances[:, count], rtol=NEAR, atol=0)
    return TIED if found.all() else None


@contextmanager
def _searches() -> Iterator[list[tuple[Any, Any, Any]]]:
    """What is asked of neighbours meanwhile: the search, the model and its rows."""
    before, searches = KNeighborsMixin.kneighbors, []

    def kneighbors(model: Any, X: Any = None, *others: Any, **named: Any) -> Any:
        if X is not None:
            searches.append((before, model, X))
        return before(model, X, *others, **named)

    KNeighborsMixin.kneighbors = kneighbors
    try:
        yield searches
    finally:
        KNeighborsMixin.kneighbors = before
