"""Answers against golden predictions, within the tolerance that the parity gate used."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Prediction = Mapping[str, Any]


def differences(
    expected: Sequence[Prediction], given: Sequence[Prediction], *, absolute: float, relative: float
) -> Iterator[str]:
    """
    Say where `given` departs from `expected`.

    Labels, whole numbers among them, must be equal, other numbers |a - b| <= absolute + relative * |b|.
    """
    if len(given) != len(expected):
        yield f"{len(given)} predictions for {len(expected)} rows"
        return
    for position, (wanted, got) in enumerate(zip(expected, given, strict=True)):
        for member, want, have in _members(wanted, got):
            if not _equal(want, have, absolute=absolute, relative=relative):
                yield f"predictions[{position}].{member} is {_shown(have)}; expected {_shown(want)}"


def _members(expected: Prediction, given: Prediction) -> Iterator[tuple[str, Any, Any]]:
    flat_expected, flat_given = dict(_flat(expected)), dict(_flat(given))
    for member in {**flat_expected, **flat_given}:
        yield member, flat_expected.get(member), flat_given.get(member)


def _flat(prediction: Prediction) -> Iterator[tuple[str, Any]]:
    for name, value in prediction.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{below}", each) for below, each in value.items())
        else:
            yield name, value


def _equal(want: Any, have: Any, *, absolute: float, relative: float) -> bool:
    if isinstance(want, float) and isinstance(have, float | int):
        return abs(have - want) <= absolute + relative * abs(want)
    return bool(want == have)


def _shown(value: Any) -> str:
    return "missing" if value is None else repr(value)[:60]
