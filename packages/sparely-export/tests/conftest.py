"""A toy model whose answer is computed in the head, and the wine data for those that need trees."""

from collections.abc import Callable
from typing import Any

import pytest
from sklearn.linear_model import LinearRegression

from sparely_export.export import Candidate
from sparely_export.features import Feature
from sparely_export.inputs import to_frame
from sparely_export.manifest import Card, DataSource
from support.samples import winery
from support.samples.fitting import Sample, fit

ROWS = [{"a": a, "b": b} for a in range(4) for b in range(3)]


@pytest.fixture
def card() -> Card:
    """The card of model toys/sum."""
    return Card(
        area="toys",
        name="sum",
        description="The sum of a and b.",
        estimator="LinearRegression",
        data=DataSource("grid", "https://example.org/grid", len(ROWS)),
        metrics={"r2": 1.0},
    )


@pytest.fixture
def sum_of_inputs(card: Card) -> Candidate:
    """A regressor that answers a + b."""
    features = (Feature(name="a"), Feature(name="b", unit="mm"))
    estimator = LinearRegression().fit(to_frame(ROWS, features), [row["a"] + row["b"] for row in ROWS])
    return Candidate(card=card, estimator=estimator, features=features, training_rows=ROWS, held_out_rows=ROWS[:5])


@pytest.fixture(scope="session")
def wine_candidate() -> Callable[[Any], Candidate]:
    """Fits a classifier of cultivars on six measurements."""
    names = ("malic_acid", "ash", "magnesium", "flavanoids", "color_intensity", "proline")

    def fitted(estimator: Any) -> Candidate:
        training, held_out = winery._split(winery._wines())
        return fit(
            Sample(
                area="winery",
                name="trial",
                description="A trial.",
                estimator=estimator,
                steps=type(estimator).__name__,
                features=tuple(Feature(name=name) for name in names),
                target="cultivar",
                data=winery.DATA,
                training=training,
                held_out=held_out,
            )
        )

    return fitted
