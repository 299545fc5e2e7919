"""Kinds of answers."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier

from sparely_export.tasks import Task, UnknownTask, plain, task_of

ROWS = np.array([[0.0], [1.0], [2.0]])


def test_classes_are_told_as_json_has_them() -> None:
    """Whole floats become whole numbers; words, and true and false, stay."""
    told = [plain(value) for value in (True, np.False_, np.float64(2), np.int64(3), "x")]

    assert [repr(each) for each in told] == ["True", "False", "2", "3", "'x'"]


def test_targets_bear_the_names_given() -> None:
    """Columns are named by the target, and numbered where it was not told."""
    model = LinearRegression().fit(ROWS, np.column_stack([ROWS, ROWS]))

    assert task_of(model, model.predict(ROWS), ["up", "down"]) == Task("multi-regressor", targets=("up", "down"))
    assert task_of(model, model.predict(ROWS)).targets == ("output_0", "output_1")


def test_transformer_is_no_model() -> None:
    """What does not predict cannot be served."""
    with pytest.raises(UnknownTask, match="PCA has no predict, and a service answers with predictions; fit"):
        task_of(PCA().fit(ROWS))


def test_several_columns_of_several_classes_are_refused() -> None:
    """A row's answer holds labels or not; it does not hold several labels of several kinds."""
    model = DecisionTreeClassifier().fit(ROWS, [[0, 1], [1, 2], [2, 0]])

    with pytest.raises(UnknownTask, match="train one model a column"):
        task_of(model, model.predict(ROWS))


def test_a_class_alone_is_refused() -> None:
    """A model that answers all the same needs no service."""
    model = DecisionTreeClassifier().fit([[1], [2]], ["yes", "yes"])

    with pytest.raises(UnknownTask) as refusal:
        task_of(model)

    assert str(refusal.value) == (
        "The model cannot be served: it has met the class 'yes' alone and answers it for every row; fit it on rows of "
        "two classes or more. Nothing was written."
    )
