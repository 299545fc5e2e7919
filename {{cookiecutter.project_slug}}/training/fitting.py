"""From a data frame and an unfitted estimator to a candidate for export."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sklearn.base import is_classifier

from sparely_export import metrics
from sparely_export.export import Candidate
from sparely_export.features import Feature
from sparely_export.inputs import to_frame
from sparely_export.manifest import Card, DataSource
from sparely_export.rows import to_rows
from tests.support.samples.rounding import round_parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A model to be: its estimator, what it takes and gives, and its data, some of it held out."""

    area: str
    name: str
    description: str
    estimator: Any
    steps: str
    features: tuple[Feature, ...]
    target: str
    data: DataSource
    training: pd.DataFrame
    held_out: pd.DataFrame


def fit(sample: Sample) -> Candidate:
    """Fit the estimator on the training rows and measure it on the held-out ones."""
    names = [feature.name for feature in sample.features]
    training, held_out = to_rows(sample.training[names]), to_rows(sample.held_out[names])
    estimator = sample.estimator.fit(to_frame(training, sample.features), sample.training[sample.target])
    round_parameters(estimator)
    measure = metrics.of_classifier if is_classifier(estimator) else metrics.of_regressor
    card = Card(
        area=sample.area,
        name=sample.name,
        description=sample.description,
        estimator=sample.steps,
        data=sample.data,
        metrics=measure(estimator, to_frame(held_out, sample.features), sample.held_out[sample.target]),
    )
    return Candidate(
        card=card,
        estimator=estimator,
        features=sample.features,
        training_rows=training,
        held_out_rows=held_out,
    )
