"""How good a model is: on rows it has not seen, beside what one would get without it, or on the rows given."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    log_loss,
    mean_absolute_error,
    mean_squared_error,
    ndcg_score,
    r2_score,
    roc_auc_score,
)

from sparely_export.answers import Answers
from sparely_export.tasks import Task, plain

DECIMALS = 4


def of_classifier(estimator: Any, frame: pd.DataFrame, labels: pd.Series) -> dict[str, float]:
    """Return accuracy, that of always naming the commonest label, log loss and area under the ROC curve."""
    probabilities = estimator.predict_proba(frame)
    binary = probabilities.shape[1] == 2
    return {"held_out_rows": len(labels)} | _rounded(
        {
            "accuracy": accuracy_score(labels, estimator.predict(frame)),
            "accuracy_of_commonest_label": labels.value_counts(normalize=True).max(),
            "log_loss": log_loss(labels, probabilities, labels=estimator.classes_),
            "roc_auc": roc_auc_score(
                labels == estimator.classes_[1] if binary else labels,
                probabilities[:, 1] if binary else probabilities,
                multi_class="ovr",
            ),
        }
    )


def of_regressor(estimator: Any, frame: pd.DataFrame, target: pd.Series) -> dict[str, float]:
    """Return r2, the mean errors, and the absolute error of always giving the mean (of the held-out rows)."""
    predicted = estimator.predict(frame)
    return {"held_out_rows": len(target)} | _rounded(
        {
            "r2": r2_score(target, predicted),
            "mean_absolute_error": mean_absolute_error(target, predicted),
            "mean_absolute_error_of_mean": mean_absolute_error(target, np.full(len(target), target.mean())),
            "root_mean_squared_error": mean_squared_error(target, predicted) ** 0.5,
        }
    )


def of_given_rows(task: Task, target: pd.DataFrame | None, answers: Answers) -> dict[str, float]:
    """
    Return metrics of n rows, which may be those of training: `given_rows` says so.

    Without a target, and of outliers and clusters, there is nothing else to say.
    """
    count: dict[str, float] = {"given_rows": len(answers.values)}
    if target is None or not task.has_target:
        return count
    return count | _rounded(_of_classes(task, target, answers) if task.labels else _of_numbers(task, target, answers))


def _of_classes(task: Task, target: pd.DataFrame, answers: Answers) -> dict[str, float]:
    if task.kind == "multilabel":
        return {"f1_micro": f1_score(target.to_numpy(), np.array(answers.labels), average="micro", zero_division=0)}
    column = target.iloc[:, 0]
    if not column.isin(task.labels).all():  # the model has numbers for the words of the data
        return {}
    labels = [value if isinstance(value, str) else plain(value) for value in column]
    scores = {"accuracy": accuracy_score(labels, answers.labels)}
    if task.probabilities:
        places = [task.labels.index(value) for value in labels]
        whole = answers.values / answers.values.sum(
            axis=1, keepdims=True
        )  # in float32 they sum to 1 but for its last bits
        scores["log_loss"] = log_loss(places, whole, labels=range(len(task.labels)))
    return scores


def _of_numbers(task: Task, target: pd.DataFrame, answers: Answers) -> dict[str, float]:
    values = target.to_numpy(dtype=float).reshape(len(target), -1)
    if task.kind == "ranker":
        return {"ndcg": ndcg_score(values.reshape(1, -1), answers.values.reshape(1, -1))}
    return {
        "r2": r2_score(values, answers.values),
        "mean_absolute_error": mean_absolute_error(values, answers.values),
    }


def _rounded(metrics: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(value), DECIMALS) for name, value in metrics.items()}
