"""Tables drawn by chance: columns of many kinds, scales and names, and targets that depend on them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

NAMES = [
    "Net Revenue (EUR)", "größe", "a.b", "a,b", "1st", "x/y", "class", 'said "so"', "it's", "🙂", "\\d+", " lead ", "%",
    "features", "label", "variable", "x" * 80, "naïve__twice", "A", "a",
]  # fmt: skip
WORDS = [
    ["web", "agency", "phone", "fax"],
    ["01067", "10115", "00501"],
    ["True", "False", "None", "NA"],
    ["Łódź", "São Paulo", "東京", "Oslo"],
    ["", " ", "a", "A"],
    ["plan, basic", 'plan "pro"', "plan;plus", "it's"],
]
TEXT = ["late", "refund", "broken", "thanks", "great", "parcel", "Größe", "again!", "e-mail", "42"]
LABELS: Mapping[str, list[Any]] = {
    "two": [["stayed", "cancelled"], [0, 1], [3, 7], [False, True], ["no", "ja, später"]],
    "three": [["low", "middle", "top"], [0, 1, 2], [10, 20, 40]],
}
NUMERIC = ("number", "skewed", "whole", "gaps", "nullable", "constant", "code", "flag")
WORDY = ("word", "word with gaps", "category")

Draw = np.random.Generator


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, and by column what kind it is of."""

    frame: pd.DataFrame
    kinds: Mapping[str, str]

    def of(self, *kinds: str) -> list[str]:
        """The columns of these kinds, in their order."""
        return [name for name, kind in self.kinds.items() if kind in kinds]


def drawn(random: Draw, count: int) -> Table:
    """Draw two to five columns of numbers, and up to four of other kinds, with some rows twice."""
    kinds = ["number", *random.choice(["number", "skewed", "whole", "gaps", "nullable"], int(random.integers(1, 5)))]
    kinds += [kind for kind in ("constant", "code", "flag", *WORDY, "text") if random.random() < SHARE[kind]]
    odd = random.random() < 0.3
    names = list(random.permutation(NAMES))[: len(kinds)] if odd else [f"column_{place}" for place in range(len(kinds))]
    order = random.permutation(len(kinds))
    columns = {str(names[place]): str(kinds[place]) for place in order}
    frame = pd.DataFrame({name: MAKERS[kind](random, count) for name, kind in columns.items()})
    if random.random() < 0.2:
        places = np.where(random.random(count) < 0.3, random.integers(0, count, count), np.arange(count))
        frame = frame.iloc[places].reset_index(drop=True)
    return Table(frame, columns)


SHARE = {"constant": 0.07, "code": 0.3, "flag": 0.25, "word": 0.6, "word with gaps": 0.25, "category": 0.2, "text": 0.1}


def _rounded(values: np.ndarray, digits: int = 5) -> np.ndarray:
    """As people write numbers: a few digits."""
    return np.array([float(f"{value:.{digits}g}") for value in values])


def _scale(random: Draw) -> float:
    """Mostly about one, at times from a ten-millionth to ten million."""
    return float(10.0 ** random.integers(-7, 8)) if random.random() < 0.3 else 1.0


def _number(random: Draw, count: int) -> np.ndarray:
    scale = _scale(random)
    return _rounded(random.normal(random.choice([0.0, 3.0, 50.0]), 2, count) * scale)


def _skewed(random: Draw, count: int) -> np.ndarray:
    return _rounded(random.lognormal(1.0, 0.8, count) * _scale(random))


def _gaps(random: Draw, count: int) -> np.ndarray:
    return np.where(random.random(count) < 0.12, np.nan, _skewed(random, count))


def _nullable(random: Draw, count: int) -> Any:
    values = pd.array(random.integers(0, 60, count), dtype="Int64")
    values[random.random(count) < 0.1] = pd.NA
    return values


def _words(random: Draw, count: int) -> np.ndarray:
    known = WORDS[int(random.integers(len(WORDS)))]
    shares = random.dirichlet(np.full(len(known), 3.0))
    return random.choice(np.array(known, dtype=object), count, p=shares)


def _with_gaps(random: Draw, count: int) -> np.ndarray:
    words = _words(random, count)
    words[random.random(count) < 0.12] = None
    return words


def _texts(random: Draw, count: int) -> np.ndarray:
    chosen = random.integers(0, len(TEXT), (count, 4))
    return np.array([" ".join(TEXT[place] for place in row) for row in chosen], dtype=object)


MAKERS: Mapping[str, Callable[[Draw, int], Any]] = {
    "number": _number,
    "skewed": _skewed,
    "whole": lambda random, count: random.integers(0, int(random.choice([8, 90, 10**6])), count),
    "gaps": _gaps,
    "nullable": _nullable,
    "constant": lambda random, count: np.full(count, 3.5),
    "code": lambda random, count: random.choice([0.5, 1.0, 2.5, 4.0], count),
    "flag": lambda random, count: random.random(count) < 0.4,
    "word": _words,
    "word with gaps": _with_gaps,
    "category": lambda random, count: pd.Categorical(_words(random, count)),
    "text": _texts,
}


def targets(random: Draw, table: Table) -> dict[str, Any]:
    """Classes, numbers and labels that depend on the columns, with noise, by what there is to learn."""
    count, pull = len(table.frame), random.normal(0, 0.5, len(table.frame))
    for name, kind in table.kinds.items():
        column = table.frame[name]
        if kind in NUMERIC:
            values = column.astype(float).rank(pct=True).fillna(0.5).to_numpy()
        else:
            values = np.array([sum(map(ord, str(value))) * 7 % 5 / 5 for value in column])
        pull = pull + random.normal(0, 1) * (np.asarray(values, dtype=float) - 0.5)
    pull = (pull - np.median(pull)) / pull.std()
    scale = _scale(random)

    def named(kind: str, borders: list[float]) -> np.ndarray:
        known = LABELS[kind][int(random.integers(len(LABELS[kind])))]
        values = np.array([known[place] for place in np.digitize(pull, borders)], dtype=object)
        return values if isinstance(known[0], str) else values.astype(type(known[0]))

    return {
        "two": named("two", [0.4]),
        "three": named("three", [-0.5, 0.5]),
        "number": _rounded((5 + pull) * scale),
        "count": np.round(np.exp(1 + pull / 2)),
        "numbers": np.column_stack([_rounded((5 + pull) * scale), _rounded(pull * 3 + random.normal(0, 1, count))]),
        "labels": np.column_stack([pull > 0, pull + random.normal(0, 1, count) > 0.5]).astype(int),
        "none": None,
    }
