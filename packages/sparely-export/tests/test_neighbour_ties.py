"""Neighbours that distance does not tell apart."""

import numpy as np
from sklearn.multiclass import OneVsOneClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from sparely_export.features import Feature
from sparely_export.neighbour_ties import TIED, tied

PLACES = np.array([[0.0], [1.0], [1.0], [5.0], [6.0]])
FEATURES = (Feature(name="x"),)


def test_two_at_one_place_are_tied() -> None:
    """Of both only one counts."""
    model = KNeighborsRegressor(2).fit(PLACES, np.arange(5.0))

    assert tied(model, FEATURES, [{"x": 0.1}]) == TIED


def test_the_next_one_is_farther() -> None:
    """Then a difference has another reason."""
    model = KNeighborsRegressor(3).fit(PLACES, np.arange(5.0))

    assert tied(model, FEATURES, [{"x": 0.1}]) is None


def test_neighbours_inside_of_another_model_are_found() -> None:
    """One of its members is enough."""
    model = OneVsOneClassifier(KNeighborsClassifier(2)).fit(PLACES, ["a", "a", "b", "b", "b"])

    assert tied(model, FEATURES, [{"x": 0.1}]) == TIED


def test_a_model_without_neighbours_has_no_ties() -> None:
    """All of the rows have to be."""
    model = KNeighborsRegressor(2).fit(PLACES, np.arange(5.0))

    assert tied(model, FEATURES, [{"x": 0.1}, {"x": 5.4}]) is None
