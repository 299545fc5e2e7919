"""The four sample models: fitted anew by the template's own scripts on each call, the same every time, in seconds."""

import runpy
from collections.abc import Callable
from typing import Any

from sparely_export import Candidate, Instance
from sparely_export.answers import ask_estimator

from .services import TEMPLATE

SCRIPTS = tuple(sorted((TEMPLATE / "training").glob("*.py")))
_CLINIC, _WINERY = (runpy.run_path(str(TEMPLATE / "training" / f"{area}.py")) for area in ("clinic", "winery"))

SAMPLES: dict[str, Callable[[], Candidate]] = {
    "clinic/high-risk": _CLINIC["high_risk"],
    "clinic/progression": _CLINIC["progression"],
    "winery/alcohol": _WINERY["alcohol"],
    "winery/cultivar": _WINERY["cultivar"],
}
"""Area and name of each sample model, and what fits it."""


def held_out(name: str, count: int = 50) -> tuple[list[Instance], list[dict[str, Any]]]:
    """
    Return rows that training did not see, and the estimator's answers to them as the API gives them.

    Row i of both models of an area is the same patient or wine.

    Args:
        name: area and model, such as "clinic/high-risk".
        count: how many rows; there are 111 of the clinic and 60 of the winery.
    """
    candidate = SAMPLES[name]()
    rows = list(candidate.held_out_rows[:count])
    return rows, ask_estimator(candidate.estimator, candidate.features, rows).predictions()
