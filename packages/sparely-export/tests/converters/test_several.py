"""Several answers a row, and classes one against the rest or against one another."""

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier, RegressorChain
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, RadiusNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from tests.converters.trial import HIGH, LEVEL, NUMBERS, VALUE, kept

TWO = np.column_stack([VALUE, VALUE * 2 + NUMBERS["c"]])
YES = (HIGH == "high").astype(int)
ONLY = np.column_stack([np.ones(len(YES), dtype=int), YES, np.zeros(len(YES), dtype=int)])
NEVER = np.column_stack([YES, np.zeros(len(YES), dtype=int)])
ALWAYS = np.column_stack([YES, np.ones(len(YES), dtype=int)])
BOTH = np.column_stack([YES, NUMBERS["c"] > 4]).astype(int)

CASES: dict[str, tuple[Any, Any]] = {
    "label that never was": (MultiOutputClassifier(DecisionTreeClassifier(max_depth=2)), NEVER),
    "chain of numbers": (RegressorChain(Ridge(), order=[1, 0]), TWO),
    "rest of labels": (OneVsRestClassifier(LogisticRegression()), BOTH),
    "rest by probabilities": (OneVsRestClassifier(GaussianNB()), LEVEL),
    "rest by numbers": (OneVsRestClassifier(Ridge()), LEVEL),
    "rest of two": (OneVsRestClassifier(LogisticRegression()), HIGH),
    "pair of two": (OneVsOneClassifier(LogisticRegression()), HIGH),
    "pair by probabilities": (OneVsOneClassifier(GaussianNB()), HIGH),
    "neighbours of labels": (KNeighborsClassifier(3), BOTH),
    "near neighbours of labels": (KNeighborsClassifier(4, weights="distance"), ONLY),
    "labels in a radius": (RadiusNeighborsClassifier(2.0, outlier_label=[1, 1, 0]), ONLY),
    "labels of a ridge": (RidgeClassifier(), ONLY),
    "labels that all or none have": (MultiOutputClassifier(GaussianNB()), ONLY),
    "forest of such labels": (RandomForestClassifier(3, max_depth=2, random_state=0), ONLY),
}


@pytest.mark.parametrize("name", CASES)
def test_several_answers(name: str) -> None:
    """Each agrees, with a label that has one value only too."""
    estimator, target = CASES[name]

    assert kept(estimator, NUMBERS, target)


@pytest.mark.filterwarnings("ignore:Label not")
@pytest.mark.parametrize("target", [ALWAYS, ONLY], ids=["last", "first"])
def test_a_label_that_all_have(target: Any) -> None:
    """A member that always says yes stands beside those that decide; as the first it moves their threshold."""
    assert kept(OneVsRestClassifier(LogisticRegression()), NUMBERS, target)
