"""
Whether an answer is right: predictions against those of the estimator, by the model's own tolerance.

The check of a new version, a load test and a smoke ask here; the parity gate of an export compares arrays by the same
`Tolerance`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sparely.golden import CallersAnswer
from sparely.kinds import flattened
from sparely.manifest import Tolerance

OK = 200


def differences(
    expected: Sequence[Mapping[str, Any]], actual: Any, tolerance: Tolerance, *, place: str = "predictions"
) -> Iterator[str]:
    """
    Say where predictions depart from the expected ones.

    Labels, whole numbers among them, must be equal; other numbers may be `tolerance.around` them apart.

    Args:
        actual: whatever JSON a service gave as the list of its predictions.
        place: what the list is called in the sentences.
    """
    if not isinstance(actual, list | tuple):
        yield f"{place} is {_shown(actual)}; expected a list"
    elif len(actual) != len(expected):
        yield f"{len(actual)} predictions for {len(expected)} rows"
    else:
        for position, (prediction, answer) in enumerate(zip(expected, actual, strict=True)):
            yield from _of_one(prediction, answer, tolerance, f"{place}[{position}]")


def answer_differences(
    expected: CallersAnswer, status: int, document: Any, tolerances: Mapping[str, Tolerance]
) -> Iterator[str]:
    """
    Say where an answer at /predict departs from what callers get for a golden row; `versions` are passed over.

    Args:
        tolerances: by name those of the models that were asked.
    """
    if status != expected.status:
        detail = document.get("detail", "") if isinstance(document, Mapping) else ""
        wanted = "" if expected.status == OK else f"; expected {expected.status}"
        yield f"status {status}: {str(detail)[:200]}{wanted}"
        return
    loosest = max(tolerances.values(), key=lambda each: (each.absolute, each.relative))
    has_predictions = _has_predictions(expected.document)
    if has_predictions and not (
        _has_predictions(document) and expected.document["predictions"].keys() <= document["predictions"].keys()
    ):
        yield f"the answer has no predictions: {_shown(document)}"
        return
    if not isinstance(expected.document, Mapping) or not isinstance(document, Mapping):
        if not _equal(expected.document, document, loosest, ""):
            yield f"the answer is {_shown(document)}; expected {_shown(expected.document)}"
        return
    right, answered = ({**each} for each in (expected.document, document))
    if has_predictions:
        predictions, given = right.pop("predictions"), answered.pop("predictions")
        for name in {**predictions, **given}:
            place = "predictions" if len(tolerances) == 1 else f"predictions.{name}"
            if name in predictions:
                yield from differences(predictions[name], given[name], tolerances.get(name, loosest), place=place)
            else:
                yield f"predictions.{name} is {_shown(given[name])}; expected missing"
    for each in (right, answered):
        each.pop("versions", None)
    yield from _of_one(right, answered, loosest, "the answer")


def _has_predictions(document: Any) -> bool:
    predictions = document.get("predictions") if isinstance(document, Mapping) else None
    return isinstance(predictions, Mapping) and all(isinstance(rows, list | tuple) for rows in predictions.values())


def agrees(expected: Sequence[Mapping[str, Any]], actual: Any, tolerance: Tolerance) -> bool:
    """Whether there is no difference."""
    return next(differences(expected, actual, tolerance), None) is None


def _of_one(expected: Mapping[str, Any], actual: Any, tolerance: Tolerance, place: str) -> Iterator[str]:
    if not isinstance(actual, Mapping):
        yield f"{place} is {_shown(actual)}; expected an object"
        return
    right, answered = dict(flattened(expected)), dict(flattened(actual))
    for member in {**right, **answered}:
        if not _equal(right.get(member), answered.get(member), tolerance, member):
            yield f"{place}.{member} is {_shown(answered.get(member))}; expected {_shown(right.get(member))}"


def _equal(expected: Any, actual: Any, tolerance: Tolerance, member: str) -> bool:
    if isinstance(expected, bool) is not isinstance(actual, bool):
        return False  # to Python, true is 1
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return all(_equal(one, other, tolerance, member) for one, other in zip(expected, actual, strict=True))
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        names = {**expected, **actual}
        return all(_equal(expected.get(name), actual.get(name), tolerance, member) for name in names)
    if isinstance(expected, float) and isinstance(actual, float | int):
        return bool(abs(actual - expected) <= tolerance.around(expected, member))
    return bool(expected == actual)


def _shown(value: Any) -> str:
    return "missing" if value is None else repr(value)[:60]
