"""A fitted estimator that asks to be served, with all that is said of it and the rows that speak for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sklearn.base import is_classifier

from sparely.manifest import Tolerance
from sparely_export import metrics
from sparely_export.features import Feature, Instance
from sparely_export.inputs import to_frame
from sparely_export.manifest import Card, DataSource
from sparely_export.options import Allowed
from sparely_export.parity import STRICT
from sparely_export.rows import to_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """
    A fitted estimator, and how it is to be served.

    Attributes:
        training_rows: rows as callers send them; ranges, quantiles and categories are theirs.
        held_out_rows: the rows that ONNX and the estimator are compared on, and that golden rows are chosen from.
        targets: names of the columns that a regressor of several answers gives.
        tolerance: how far answers may be from the estimator's; `Allowed()` goes by the scale of its answers.
        by_column: whether each feature has a tensor of its own, as estimators need that choose columns by name.
    """

    card: Card
    estimator: Any
    features: tuple[Feature, ...]
    training_rows: Sequence[Instance]
    held_out_rows: Sequence[Instance]
    targets: tuple[str, ...] = ()
    by_column: bool = False
    tolerance: Tolerance | Allowed = STRICT

    @classmethod
    def of_frames(
        cls,
        estimator: Any,
        training: pd.DataFrame,
        held_out: pd.DataFrame,
        *,
        area: str,
        name: str,
        description: str,
        steps: str,
        features: Sequence[Feature],
        target: str,
        data: DataSource,
    ) -> "Candidate":
        """
        Describe a classifier or regressor by the frames of rows that it was fitted on, and that it has not seen.

        Null stands in them as None or NaN, also where the estimator was fitted on a word in its place.

        Args:
            steps: what the catalogue says of the estimator, such as "StandardScaler, Ridge".
            target: the column that it predicts; its metrics are those of the rows held out.
        """
        names = [feature.name for feature in features]
        training_rows, held_out_rows = to_rows(training[names]), to_rows(held_out[names])
        measure = metrics.of_classifier if is_classifier(estimator) else metrics.of_regressor
        card = Card(
            area=area,
            name=name,
            description=description,
            estimator=steps,
            data=data,
            metrics=measure(estimator, to_frame(held_out_rows, features), held_out[target]),
        )
        return cls(
            card=card,
            estimator=estimator,
            features=tuple(features),
            training_rows=training_rows,
            held_out_rows=held_out_rows,
        )
