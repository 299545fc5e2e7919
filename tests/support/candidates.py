"""A fitted estimator and its table as a candidate for an export, described as `sparely add-model` does it."""

from typing import Any

import pandas as pd

from sparely.manifest import Tolerance
from sparely_export.candidate import Candidate
from sparely_export.describing import describe
from sparely_export.manifest import Card, DataSource
from sparely_export.options import Allowed
from sparely_export.parity import STRICT
from sparely_export.rows import to_rows
from sparely_export.steps import chooses_by_name

CARD = Card(area="trials", name="trial", description="", estimator="", data=DataSource("", "", 0), metrics={})


def candidate(
    estimator: Any, frame: pd.DataFrame, held_out: pd.DataFrame | None = None, tolerance: Tolerance | Allowed = STRICT
) -> Candidate:
    """
    Describe an estimator by rows.

    Args:
        frame: rows like those that it was fitted on.
        held_out: rows to compare; the same if there are no others.
    """
    described = describe(estimator, frame)
    return Candidate(
        card=CARD,
        estimator=estimator,
        features=described.features,
        training_rows=described.rows,
        held_out_rows=described.rows if held_out is None else to_rows(held_out),
        by_column=chooses_by_name(estimator),
        tolerance=tolerance,
    )
