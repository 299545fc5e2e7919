"""Ensembles of estimators of any kind: what each member is asked, and how the answers are put together."""

from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.linear_model import Lasso, LogisticRegression, Ridge, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from sparely_export.bundle import prepare
from support.candidates import candidate
from tests.converters.trial import HIGH, LEVEL, NUMBERS, VALUE, kept

RARE = np.where(np.arange(len(LEVEL)) < 4, "rare", HIGH)
LINES: list[tuple[str, Any]] = [("ridge", Ridge()), ("lasso", Lasso()), ("left out", "drop")]

NUMERIC: dict[str, Any] = {
    "mean": VotingRegressor(LINES),
    "weighed mean": VotingRegressor(LINES, weights=[2, 1, 5]),
}


@pytest.mark.parametrize("name", NUMERIC)
def test_means_of_members(name: str) -> None:
    """A member that is left out counts nothing."""
    assert kept(NUMERIC[name], NUMBERS, VALUE)


def stack(*members: Any, **settings: Any) -> Any:
    named = [(f"member {place}", member) for place, member in enumerate(members)]
    return StackingClassifier(named, cv=2, **settings)


LABELLED: dict[str, tuple[Any, Any]] = {
    "stack of scores": (stack(LinearSVC(), RidgeClassifier()), HIGH),
    "stack of scores of three": (stack(LinearSVC(), RidgeClassifier()), LEVEL),
    "stack of labels": (stack(GaussianNB(), LogisticRegression(), stack_method="predict"), LEVEL),
    "stack that is calibrated": (
        CalibratedClassifierCV(stack(GaussianNB(), final_estimator=LogisticRegression()), cv=2),
        HIGH,
    ),
    "bag of choices": (BaggingClassifier(LinearSVC(), n_estimators=3, random_state=0), LEVEL),
    "bag of columns": (BaggingClassifier(GaussianNB(), n_estimators=3, max_features=2, random_state=0), LEVEL),
    "bag that missed a class": (
        BaggingClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=4, max_samples=15, random_state=1),
        RARE,
    ),
    "bag that is calibrated": (
        CalibratedClassifierCV(BaggingClassifier(LogisticRegression(), n_estimators=2, random_state=0), cv=2),
        HIGH,
    ),
    "AdaBoost of two": (AdaBoostClassifier(n_estimators=4, random_state=0), HIGH),
    "AdaBoost of one member": (AdaBoostClassifier(n_estimators=1, random_state=0), HIGH),
}


@pytest.mark.parametrize(("voting", "weights"), [("hard", [0.1, 0.2, 0.3]), ("soft", [3, 6, 9])])
def test_votes_that_draw_are_decided_by_the_last_bits_as_the_estimators_are(voting: str, weights: list[float]) -> None:
    """0.1 + 0.2 is more than 0.3 in float64, and a draw in float32."""
    trees = [(str(seed), ExtraTreeClassifier(max_depth=2, random_state=seed)) for seed in range(3)]
    estimator = VotingClassifier(trees, voting=voting, weights=weights)
    asked = candidate(estimator.fit(NUMBERS, LEVEL), NUMBERS)

    tried = prepare(asked).tried

    reason = 'step "VotingClassifier" has no ONNX form: classes may draw, and float32 has other draws'
    assert [str(each.failure) for each in tried[:-1]] == [reason]
    assert tried[-1].kept


@pytest.mark.parametrize("name", LABELLED)
def test_members_answers_together(name: str) -> None:
    """Scores, labels and probabilities of members, as the ensemble asks them."""
    estimator, target = LABELLED[name]

    assert kept(estimator, NUMBERS, target)
