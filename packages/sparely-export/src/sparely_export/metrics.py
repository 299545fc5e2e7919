"""How good a model is on rows it has not seen, beside what one would get without it."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import (
    accuracy_score,
    log_loss,
    mean_absolute_error,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)

DECIMALS = 4


def of_classifier(estimator: Any, frame: pd.DataFrame, labels: pd.Series) -> dict[str, float]:
    """Return accuracy, that of always naming the commonest label, log loss and area under the ROC curve."""
    probabilities = estimator.predict_proba(frame)
    binary = probabilities.shape[1] == 2
    return _rounded(
        held_out_rows=len(labels),
        accuracy=accuracy_score(labels, estimator.predict(frame)),
        accuracy_of_commonest_label=labels.value_counts(normalize=True).max(),
        log_loss=log_loss(labels, probabilities, labels=estimator.classes_),
        roc_auc=roc_auc_score(
            labels == estimator.classes_[1] if binary else labels,
            probabilities[:, 1] if binary else probabilities,
            multi_class="ovr",
        ),
    )


def of_regressor(estimator: Any, frame: pd.DataFrame, target: pd.Series) -> dict[str, float]:
    """Return r2, the mean errors, and the absolute error of always giving the mean (of the held-out rows)."""
    predicted = estimator.predict(frame)
    return _rounded(
        held_out_rows=len(target),
        r2=r2_score(target, predicted),
        mean_absolute_error=mean_absolute_error(target, predicted),
        mean_absolute_error_of_mean=mean_absolute_error(target, np.full(len(target), target.mean())),
        root_mean_squared_error=root_mean_squared_error(target, predicted),
    )


def _rounded(**metrics: float) -> dict[str, float]:
    return {name: value if isinstance(value, int) else round(float(value), DECIMALS) for name, value in metrics.items()}
