"""Several answers a row, and classes one against the rest or against one another."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier, RegressorChain
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from tests.converters.trial import HIGH, LEVEL, NUMBERS, VALUE, kept

TWO = np.column_stack([VALUE, VALUE * 2 + NUMBERS["c"]])
YES = (HIGH == "high").astype(int)
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
}


@pytest.mark.parametrize("name", CASES)
def test_several_answers(name: str) -> None:
    """Each agrees, with a label that has one value only too."""
    estimator, target = CASES[name]

    assert kept(estimator, NUMBERS, target)


@pytest.mark.filterwarnings("ignore:Label not")
def test_a_label_that_all_have() -> None:
    """A member that always says yes stands beside those that decide."""
    assert kept(OneVsRestClassifier(LogisticRegression()), NUMBERS, ALWAYS)
