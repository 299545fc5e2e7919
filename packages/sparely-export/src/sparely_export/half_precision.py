"""Functions of booleans: numpy computes them in float16, to three digits, and what an estimator learned has those."""

import contextlib
import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from sparely_export.answers import as_fitted
from sparely_export.features import Feature, Instance
from sparely_export.steps import walk


def halved(estimator: Any, features: Sequence[Feature], rows: Sequence[Instance]) -> str | None:
    """Say which step of the estimator's own computes in float16 for these rows; None where none does."""
    other, found = copy.deepcopy(estimator), list[str]()
    for name, step in walk(other):
        if type(step).__name__ == "FunctionTransformer" and step.func is not None:
            step.func = _told(name, step.func, found)
    with contextlib.suppress(Exception):
        other.predict(as_fitted(other, features, rows))
    if not found:
        return None
    return (
        f'Step "{found[0]}" calls a function of booleans, which numpy computes in float16 to three digits, and no '
        "other library rounds so: make numbers of the booleans before it, or leave them out of that step."
    )


def _told(name: str, function: Any, found: list[str]) -> Any:
    """The function, which enters the step's name where it answers in float16."""

    def called(values: Any, **arguments: Any) -> Any:
        answer = function(values, **arguments)
        kinds = list(answer.dtypes) if hasattr(answer, "dtypes") else [np.asarray(answer).dtype]
        if np.float16 in kinds:
            found.append(name)
        return answer

    return called
