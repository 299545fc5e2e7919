"""The rows that the parity gate compares: those where a converted model is likeliest to differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sparely_export.features import Feature, Instance

HELD_OUT = "held-out"
NULL = "null"
THRESHOLD = "threshold"
UNSEEN_CATEGORY = "a category never seen"
ROWS_PER_FAULT = 20
ROWS_PER_EXTREME = 3


@dataclass(frozen=True, slots=True)
class Probe:
    """One row of the comparison, and why it is in it."""

    origin: str
    index: int
    instance: Instance

    def __str__(self) -> str:
        return f"{self.origin} row {self.index}"


def probes(features: Sequence[Feature], held_out: Sequence[Instance], at_thresholds: Sequence[Instance]) -> list[Probe]:
    """List the rows to compare: held-out ones, nulls, unseen categories, extremes, and those at thresholds."""
    groups = {
        HELD_OUT: held_out,
        NULL: list(_with_nulls(features, held_out[:ROWS_PER_FAULT])),
        "unseen category": [
            {**row, feature.name: UNSEEN_CATEGORY}
            for feature in features
            if feature.type == "string"
            for row in held_out[:ROWS_PER_FAULT]
        ],
        "extreme": list(_extremes(features, held_out[:ROWS_PER_EXTREME])),
        THRESHOLD: at_thresholds,
    }
    return [Probe(origin, index, row) for origin, rows in groups.items() for index, row in enumerate(rows)]


def _with_nulls(features: Sequence[Feature], rows: Sequence[Instance]) -> list[Instance]:
    nullable = [feature.name for feature in features if feature.nullable]
    combinations = [[name] for name in nullable] + ([nullable] if len(nullable) > 1 else [])
    return [{**row, **dict.fromkeys(names)} for names in combinations for row in rows]


def _extremes(features: Sequence[Feature], rows: Sequence[Instance]) -> Iterator[Instance]:
    """Each number at both ends of its range, as far again beyond them, and at zero."""
    for feature in features:
        if feature.minimum is None or feature.maximum is None:
            continue
        span = feature.maximum - feature.minimum
        values = (feature.minimum, feature.maximum, feature.minimum - span, feature.maximum + span, 0)
        for row in rows:
            yield from ({**row, feature.name: value} for value in dict.fromkeys(values))
