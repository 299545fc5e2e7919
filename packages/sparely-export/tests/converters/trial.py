"""Small tables, and an estimator on them through all that an export does but for the writing."""

import warnings
from typing import Any

import numpy as np
import pandas as pd

from sparely_export.bundle import Prepared, prepare
from support.candidates import candidate

DRAWS = np.random.default_rng(17)
ROWS = 90
NUMBERS = pd.DataFrame(
    {"a": DRAWS.normal(size=ROWS).round(2), "b": DRAWS.gamma(2, 3, ROWS).round(2), "c": DRAWS.integers(1, 9, ROWS)}
)
WORDS = pd.DataFrame({"room": DRAWS.choice(["single", "double", "suite"], ROWS), "web": DRAWS.random(ROWS) < 0.4})
WORDS["channel"] = DRAWS.choice(["web", "agency", "phone", "fax"], ROWS, p=[0.5, 0.3, 0.15, 0.05])
MIXED = pd.concat([NUMBERS, WORDS], axis=1)
PULL = (NUMBERS["a"] + NUMBERS["b"] / 6 - 1 + 0.6 * (WORDS["channel"] == "agency")).to_numpy()
PULL = PULL + DRAWS.normal(0, 0.3, ROWS)
HIGH = np.where(PULL > 0, "high", "low")
NUMBER = (PULL > 0).astype(int)
LEVEL = np.array(["low", "middle", "top"])[np.digitize(PULL, [-0.6, 0.5])]
VALUE = (PULL * 10 + 60).round(2)


def gaps(frame: pd.DataFrame) -> pd.DataFrame:
    """Every fifth value of the second column missing."""
    return frame.assign(b=frame["b"].mask(np.arange(len(frame)) % 5 == 0))


def kept(estimator: Any, frame: pd.DataFrame, target: Any = None, *, fitted: Any = None) -> Prepared:
    """
    Fit, describe, convert and compare.

    Args:
        fitted: what it is fitted on, where that is not the frame itself.

    Raises:
        ParityError, ConversionError: it does not agree, or has no form.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = frame if fitted is None else fitted
        model = estimator.fit(table) if target is None else estimator.fit(table, target)
        return prepare(candidate(model, frame))
