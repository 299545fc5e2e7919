"""How well an estimator does on the rows given to an export, which may be those that it was trained on."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score, log_loss, mean_absolute_error, ndcg_score, r2_score

from sparely_export.answers import Answers
from sparely_export.metrics import DECIMALS
from sparely_export.tasks import Task, plain


def measured(task: Task, target: pd.DataFrame | None, answers: Answers) -> dict[str, float]:
    """Return metrics of n rows, `given_rows` among them; without a target there is nothing else to say."""
    counted: dict[str, float] = {"given_rows": len(answers.values)}
    if target is None or task.kind in ("outlier-detector", "clusterer"):
        return counted
    found = _of_classes(task, target, answers) if task.labels else _of_numbers(task, target, answers)
    return counted | {name: round(float(value), DECIMALS) for name, value in found.items()}


def _of_classes(task: Task, target: pd.DataFrame, answers: Answers) -> dict[str, float]:
    if task.kind == "multilabel":
        return {"f1_micro": f1_score(target.to_numpy(), np.array(answers.labels), average="micro", zero_division=0)}
    given = [value if isinstance(value, str) else plain(value) for value in target.iloc[:, 0]]
    if not set(given) <= set(task.labels):  # the model has numbers for the words of the data
        return {}
    found = {"accuracy": accuracy_score(given, answers.labels)}
    if task.probabilities:
        places = [task.labels.index(value) for value in given]
        found["log_loss"] = log_loss(places, answers.values, labels=range(len(task.labels)))
    return found


def _of_numbers(task: Task, target: pd.DataFrame, answers: Answers) -> dict[str, Any]:
    given = target.to_numpy(dtype=float).reshape(len(target), -1)
    if task.kind == "ranker":
        return {"ndcg": ndcg_score(given.reshape(1, -1), answers.values.reshape(1, -1))}
    return {
        "r2": r2_score(given, answers.values),
        "mean_absolute_error": mean_absolute_error(given, answers.values),
    }
