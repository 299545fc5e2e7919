"""What a case is called: its class, what it wraps and what was set, so that no two rows read the same."""

from typing import Any


def named(estimator: Any) -> str:
    """The class' name, with what it wraps and what was set, so that no two rows read the same."""
    kind = type(estimator).__name__
    if kind == "Pipeline":
        return ", ".join(named(step) for _, step in estimator.steps)
    if kind == "FeatureUnion":
        return f"FeatureUnion of {' and '.join(named(step) for _, step in estimator.transformer_list)}"
    inner = [
        estimator.get_params(deep=False).get("estimator"),
        *(member for _, member in estimator.get_params(deep=False).get("estimators") or []),
    ]
    names = [type(each).__name__ for each in inner if hasattr(each, "get_params")]
    settings = [
        value
        for key in ("loss", "kernel", "method")
        if isinstance(value := getattr(estimator, key, None), str) and key in _set(estimator)
    ]
    told = [f"of {' and '.join(names)}"] * bool(names) + [f"({', '.join(settings)})"] * bool(settings)
    return " ".join([kind, *told])


def _set(estimator: Any) -> set[str]:
    """The parameters that differ from their defaults."""
    given = estimator.get_params(deep=False)
    defaults = {} if {"estimator", "estimators"} & set(given) else type(estimator)().get_params()
    return {name for name, value in given.items() if defaults.get(name) != value}
