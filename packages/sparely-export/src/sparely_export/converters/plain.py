"""Which estimators skl2onnx writes whole, as it always has, where float32 is enough."""

from typing import Any

from sparely_export.converters.registry import name_of
from sparely_export.steps import walk

COMPOSED = ("Pipeline", "ColumnTransformer", "FeatureUnion")
STEPS = [
    "StandardScaler",
    "MinMaxScaler",
    "RobustScaler",
    "SimpleImputer",
    "OneHotEncoder",
    "LogisticRegression",
    "LinearRegression",
    "Ridge",
    "RandomForestClassifier",
    "RandomForestRegressor",
    "GradientBoostingRegressor",
    "GradientBoostingClassifier",
]
PLAIN = {f"sklearn.{name}" for name in (*COMPOSED, *STEPS, "FunctionTransformer")}


def is_plain(estimator: Any) -> bool:
    """Whether all of its steps are such, with parameters that skl2onnx knows."""
    return all(name_of(step) in PLAIN and _usual(step) for _, step in walk(estimator))


def _usual(step: Any) -> bool:
    kind = type(step).__name__
    if kind == "FunctionTransformer":  # what "passthrough" becomes
        return step.func is None
    if kind == "SimpleImputer":
        return not step.add_indicator and step.missing_values != step.missing_values
    if kind == "OneHotEncoder":
        return (
            step.drop is None
            and not getattr(step, "_infrequent_enabled", False)
            and all(
                each.dtype.kind in "OU" and all(isinstance(value, str) for value in each) for each in step.categories_
            )
        )
    if kind == "ColumnTransformer":
        return all(_by_place_or_name(columns) for _, _, columns in step.transformers_)
    return not isinstance(getattr(step, "classes_", None), list)


def _by_place_or_name(columns: Any) -> bool:
    """Whether columns are listed, none from the end and not as a mask."""
    return isinstance(columns, list) and not any(
        isinstance(column, bool) or (not isinstance(column, str) and column < 0) for column in columns
    )
