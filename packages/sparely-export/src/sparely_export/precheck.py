"""Before any conversion: which steps have no ONNX form, and what to do about each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from skl2onnx._supported_operators import sklearn_operator_name_map
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from sparely_export.frameworks import boosted
from sparely_export.refusals import Refusal
from sparely_export.steps import walk
from sparely_export.trees import histogram
from sparely_export.trees.ensemble import Ensemble, UnsupportedTrees
from sparely_export.trees.operators import FRAMEWORKS, register

INSTEAD = {
    "EllipticEnvelope": "use IsolationForest or OneClassSVM",
    "IterativeImputer": "use SimpleImputer or KNNImputer",
    "SplineTransformer": "use KBinsDiscretizer or PolynomialFeatures",
    "KernelRidge": "use SVR or GaussianProcessRegressor",
    "NearestCentroid": "use KNeighborsClassifier",
    "RadiusNeighborsClassifier": "use KNeighborsClassifier",
    "TransformedTargetRegressor": "fit on the transformed target, and transform the prediction where it is used",
    "ClassifierChain": "use MultiOutputClassifier",
    "RegressorChain": "use MultiOutputRegressor",
    "Nystroem": "use SVC or SVR with the kernel itself",
    "RBFSampler": "use SVC or SVR with the kernel itself",
    "MissingIndicator": "use SimpleImputer without add_indicator",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One step that will not convert, why, and what would."""

    step: str
    reason: str
    advice: str

    def __str__(self) -> str:
        return f'step "{self.step}": {self.reason}; {self.advice}.'


class WillNotConvert(Refusal):
    """Some steps have no ONNX form."""

    def __init__(self, model: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [f"{model} will not convert. Nothing was written.", *(f"  {each}" for each in problems)]
        super().__init__("\n".join(lines))


def problems_of(estimator: Any) -> list[Problem]:
    """List every step that will not convert, in the order of the pipeline."""
    register()
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return [Problem(type(estimator).__name__, "it is not fitted", "call fit before saving it")]
    except TypeError:  # it has no fit, as what was read from a booster's file
        pass
    return [problem for name, step in walk(estimator) for problem in _problems(name, step)]


def _problems(name: str, step: Any) -> Iterator[Problem]:
    kind = type(step).__name__
    if kind == "FunctionTransformer":
        if step.func is not None:
            yield _python_function(name, step)
    elif kind in READERS:
        yield from _unreadable_trees(name, step)
    elif type(step) not in sklearn_operator_name_map:
        yield _no_converter(name, step)
    elif kind == "SimpleImputer" and step.add_indicator:
        yield Problem(name, "SimpleImputer adds indicator columns", "fit it with add_indicator=False")
    if _reads_missing_as(step) is not None:
        yield Problem(
            name,
            f"it takes {_reads_missing_as(step)} for a missing value",
            "train with missing=nan and put NaN where a value is missing",
        )


def _python_function(name: str, step: Any) -> Problem:
    called = getattr(step.func, "__name__", repr(step.func))
    return Problem(
        name,
        f"it is a FunctionTransformer that calls {called}, and ONNX holds no Python",
        "compute that column before the pipeline, or use a step with an ONNX form (PowerTransformer for logarithms)",
    )


def _no_converter(name: str, step: Any) -> Problem:
    kind, package = type(step).__name__, type(step).__module__.partition(".")[0]
    if package == "sklearn":
        advice = INSTEAD.get(kind, "use one from the table of `sparely docs add-a-model`")
        return Problem(name, f"scikit-learn's {kind} has no converter", advice)
    return Problem(
        name,
        f"{kind} is a class of {type(step).__module__}, and ONNX holds no Python",
        "do its work before the pipeline, or with scikit-learn's own steps",
    )


def _unreadable_trees(name: str, step: Any) -> Iterator[Problem]:
    try:
        READERS[type(step).__name__](step)
    except UnsupportedTrees as error:
        yield Problem(name, str(error), "train it without, for example on one-hot columns where it is categories")


def _reads_missing_as(step: Any) -> float | None:
    """XGBoost's `missing`, where it is not NaN."""
    if not type(step).__module__.startswith("xgboost"):
        return None
    missing = getattr(step, "missing", np.nan)
    return None if missing is None or np.isnan(missing) else float(missing)


READERS: dict[str, Callable[[Any], Ensemble]] = {
    "HistGradientBoostingClassifier": histogram.ensemble_of,
    "HistGradientBoostingRegressor": histogram.ensemble_of,
    **{name: read for names, read in FRAMEWORKS.values() for name in names},
    **dict.fromkeys(("BoosterClassifier", "BoosterRegressor", "BoosterRanker"), boosted.ensemble_of),
}
