"""
Third step of an export, the gate: a model whose answers differ from its estimator's is not written.

They are compared on rows where a converted model is likeliest to differ.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

import numpy as np

from sparely.manifest import Tolerance
from sparely_export.answers import Answers
from sparely_export.features import Feature, Instance
from sparely_export.refusals import Refusal
from sparely_export.refused_values import UNSEEN_CATEGORY, fits

DIFFERENCES_SHOWN = 5

HELD_OUT = "held-out"
NULL = "null"
THRESHOLD = "threshold"
FAR = "far"
ROWS_PER_FAULT = 20
ROWS_PER_EXTREME = 3
MOST_CELLS = 4_000_000
"""Of one kind of row no more than this many values are tried; rows of 2,000 features fill it with 2,000."""

STRICT = Tolerance()


@dataclass(frozen=True, slots=True)
class Probe:
    """One row of the comparison, and why it is in it."""

    origin: str
    index: int
    instance: Instance

    def __str__(self) -> str:
        return f"{self.origin} row {self.index}"


def probes(
    features: Sequence[Feature],
    held_out: Sequence[Instance],
    at_thresholds: Sequence[Instance],
    far: Sequence[Instance] = (),
) -> list[Probe]:
    """List the rows to compare: held-out, nulls, unseen categories, extremes, at thresholds, and far ones."""
    groups = {
        HELD_OUT: held_out,
        NULL: list(_with_nulls(features, held_out[:ROWS_PER_FAULT])),
        "unseen category": [
            {**row, feature.name: UNSEEN_CATEGORY}
            for feature in _some([each for each in features if each.type == "string"], len(features), ROWS_PER_FAULT)
            for row in held_out[:ROWS_PER_FAULT]
        ],
        "extreme": list(_extremes(features, held_out[:ROWS_PER_EXTREME])),
        THRESHOLD: at_thresholds,
        FAR: far,
    }
    return [
        Probe(origin, index, row)
        for origin, rows in groups.items()
        for index, row in enumerate(rows)
        if origin == HELD_OUT or fits(features, row)
    ]


def _with_nulls(features: Sequence[Feature], rows: Sequence[Instance]) -> list[Instance]:
    nullable = [feature.name for feature in features if feature.nullable]
    combinations = [[name] for name in _some(nullable, len(features), len(rows))] + (
        [nullable] if len(nullable) > 1 else []
    )
    return [{**row, **dict.fromkeys(names)} for names in combinations for row in rows]


def _extremes(features: Sequence[Feature], rows: Sequence[Instance]) -> Iterator[Instance]:
    """Each number at both ends of its range, as far again beyond them, and at zero."""
    for feature in _some(features, len(features), 5 * ROWS_PER_EXTREME):
        if feature.minimum is None or feature.maximum is None:
            continue
        span = feature.maximum - feature.minimum
        values = (feature.minimum, feature.maximum, feature.minimum - span, feature.maximum + span, 0)
        for row in rows:
            yield from ({**row, feature.name: value} for value in dict.fromkeys(values))


def _some(tried: Sequence[Any], width: int, rows_each: int) -> Sequence[Any]:
    """All that there is to try, or of thousands of features evenly chosen ones."""
    most = max(MOST_CELLS // (width * max(rows_each, 1)), 10)
    return tried[:: max(1, -(-len(tried) // most))]


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is not the estimator's."""

    probe: Probe
    column: str
    expected: Any
    got: Any
    size: float | None

    def __str__(self) -> str:
        values = ", ".join(f"{name}={_short(value)}" for name, value in self.probe.instance.items())
        answers = f"{self.column} expected {_short(self.expected)}, got {_short(self.got)}"
        size = "" if self.size is None else f", difference {self.size:.2g}"
        return f"{self.probe} ({values}): {answers}{size}"


class ParityError(Refusal):
    """ONNX and the estimator disagree."""

    def __init__(
        self,
        model: str,
        compared: int,
        differences: Sequence[Difference],
        tolerance: Tolerance = STRICT,
        reason: str = "",
    ) -> None:
        self.model, self.compared, self.tolerance, self.reason = model, compared, tolerance, reason
        self.differences = tuple(differences)
        super().__init__("\n".join(self._lines(compared)))

    def because(self, reason: str) -> "ParityError":
        """The same with a sentence that says why, and what to do."""
        return ParityError(self.model, self.compared, self.differences, self.tolerance, reason)

    @property
    def labels_differing(self) -> int:
        """How many labels are not the estimator's."""
        return sum(entry.size is None for entry in self.differences)

    @property
    def largest(self) -> float:
        """The largest difference of a value."""
        return max((entry.size for entry in self.differences if entry.size is not None), default=0.0)

    def _lines(self, compared: int) -> Iterator[str]:
        rows = {str(entry.probe) for entry in self.differences}
        yield (
            f"{self.model}: ONNX and the estimator disagree on {len(rows)} of {compared} rows "
            f"({self.labels_differing} labels; largest difference {self.largest:.2g}, "
            f"allowed {self.tolerance}). Nothing was written."
        )
        if self.reason:
            yield f"  {self.reason}"
        for entry in self.differences[:DIFFERENCES_SHOWN]:
            yield f"  {entry}"
        if len(self.differences) > DIFFERENCES_SHOWN:
            yield f"  and {len(self.differences) - DIFFERENCES_SHOWN} more."


@dataclass(frozen=True, slots=True)
class Parity:
    """The report of a comparison that passed."""

    rows: int
    threshold_rows: int
    largest_difference: float
    tolerance: Tolerance = STRICT
    note: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the manifest's entry; the difference is rounded up, to show no processor's last bits."""
        further: dict[str, Any] = {"absolute_tolerances": dict(self.tolerance.of)} if self.tolerance.of else {}
        if self.note:
            further["note"] = self.note
        return {
            "rows": self.rows,
            "threshold_rows": self.threshold_rows,
            "labels_differing": 0,
            "largest_difference": _rounded_up(self.largest_difference),
            "absolute_tolerance": self.tolerance.absolute,
            "relative_tolerance": self.tolerance.relative,
            **further,
        }


def compare(
    model: str, probed: Sequence[Probe], expected: Answers, got: Answers, tolerance: Tolerance = STRICT
) -> Parity:
    """
    Compare ONNX' answers with the estimator's.

    Raises:
        ParityError: a label differs, or a value by more than the tolerance.
    """
    differences = [
        *_label_differences(probed, expected, got),
        *_value_differences(probed, expected, got, tolerance),
    ]
    if differences:
        raise ParityError(model, len(probed), differences, tolerance)
    return Parity(
        rows=len(probed),
        threshold_rows=sum(probe.origin == THRESHOLD for probe in probed),
        largest_difference=float(np.abs(expected.values - got.values).max(initial=0.0)),
        tolerance=tolerance,
    )


def agreeing(expected: Answers, got: Answers, tolerance: Tolerance = STRICT) -> np.ndarray:
    """Tell of each of n rows whether its label and all its values agree, (n,)."""
    sizes = np.nan_to_num(np.abs(expected.values - got.values), nan=np.inf)
    same: np.ndarray = (sizes <= _allowed(expected, tolerance)).all(axis=1)
    if expected.labels is None or got.labels is None:
        return same
    named = [right == other for right, other in zip(expected.labels, got.labels, strict=True)]
    return np.asarray(same & np.array(named, dtype=bool))


def _allowed(expected: Answers, tolerance: Tolerance) -> np.ndarray:
    allowed: np.ndarray = np.column_stack(
        [tolerance.around(expected.values[:, column], place) for column, place in enumerate(expected.places)]
        or [np.empty((len(expected.values), 0))]
    )
    return allowed


def _label_differences(probed: Sequence[Probe], expected: Answers, got: Answers) -> list[Difference]:
    if expected.labels is None or got.labels is None:
        return []
    return [
        Difference(probe, "label", right, wrong, None)
        for probe, right, wrong in zip(probed, expected.labels, got.labels, strict=True)
        if right != wrong
    ]


def _value_differences(
    probed: Sequence[Probe], expected: Answers, got: Answers, tolerance: Tolerance
) -> list[Difference]:
    sizes = np.nan_to_num(np.abs(expected.values - got.values), nan=np.inf)
    beyond = np.argwhere(sizes > _allowed(expected, tolerance))
    differences = [
        Difference(
            probed[row],
            expected.columns[column],
            float(expected.values[row, column]),
            float(got.values[row, column]),
            float(sizes[row, column]),
        )
        for row, column in beyond
    ]
    return sorted(differences, key=lambda difference: -(difference.size or 0.0))


def _rounded_up(value: float) -> float:
    """Round up to one significant digit."""
    if value == 0:
        return 0.0
    exponent = floor(log10(value))
    return float(f"{int(value / 10**exponent) + 1}e{exponent}")


def _short(value: object) -> str:
    text = f"{value:.9g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 30 else f"{text[:27]}..."
