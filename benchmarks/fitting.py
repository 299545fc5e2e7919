"""`python -m benchmarks.fitting FOLDER`: the sample models as joblib files, for contestants on scikit-learn."""

import sys
import warnings
from pathlib import Path
from typing import Any

import joblib
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

from tests.support.samples import SAMPLES


def main(folder: Path) -> None:
    """Write each model as it was fitted on a data frame, and again for arrays with columns by position."""
    warnings.simplefilter("ignore")
    for name, fit in SAMPLES.items():
        for form in ("joblib", "joblib-by-position"):
            candidate = fit()
            columns = [feature.name for feature in candidate.features]
            path = folder / form / f"{name}.joblib"
            path.parent.mkdir(parents=True, exist_ok=True)
            if form == "joblib":
                joblib.dump(candidate.estimator, path)
            else:
                joblib.dump((by_position(candidate.estimator, columns), columns), path)


def by_position(estimator: Any, columns: list[str]) -> Any:
    """
    Make a fitted pipeline take arrays whose columns are in this order.

    Its answers stay the same: only the names by which columns are chosen become numbers.
    """
    steps = estimator.steps if isinstance(estimator, Pipeline) else []
    for each in [estimator, *(step for _, step in steps)]:
        _forget_names(each)
        if isinstance(each, ColumnTransformer):
            for _, fitted, _ in each.transformers_:
                by_position(fitted, columns)
            each.transformers = _numbered(each.transformers, columns)
            each.transformers_ = _numbered(each.transformers_, columns)
    return estimator


def _numbered(transformers: list[tuple[str, Any, Any]], columns: list[str]) -> list[tuple[str, Any, Any]]:
    return [
        (name, each, [columns.index(column) if isinstance(column, str) else column for column in chosen])
        for name, each, chosen in transformers
    ]


def _forget_names(estimator: Any) -> None:
    if isinstance(estimator, BaseEstimator) and "feature_names_in_" in vars(estimator):
        del estimator.feature_names_in_


if __name__ == "__main__":
    main(Path(sys.argv[1]))
