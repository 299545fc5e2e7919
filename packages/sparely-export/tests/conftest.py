"""A toy model whose answer is computed in the head, and the wine data for those that need trees."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sklearn.datasets import load_wine
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

from sparely_export.candidate import Candidate
from sparely_export.features import Feature
from sparely_export.inputs import to_frame
from sparely_export.manifest import Card, DataSource
from support import order

# Tests that fit many models, or export in a process of its own; `make fast` leaves them out.
SLOW = (
    "tests/converters/",
    "tests/frameworks/test_boosted.py",
    "tests/registries/",
    "tests/test_add_model.py",
    "tests/test_bundle.py",
    "tests/test_known_words.py",
    "tests/test_main.py",
    "tests/test_manifest.py",
    "tests/test_notebook.py",
    "tests/test_own_steps.py",
    "tests/test_raw_features.py",
    "tests/test_refused_values.py",
    "tests/trees/test_shrinking.py",
)
ROWS = [{"a": a, "b": b} for a in range(4) for b in range(3)]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Load nothing that would be left out."""
    return order.is_left_out(collection_path, config, SLOW)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and begin with it."""
    order.mark(items, pytest.mark.slow, SLOW)
    order.pytest_collection_modifyitems(items)


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
    names = ["malic_acid", "ash", "magnesium", "flavanoids", "color_intensity", "proline"]
    data = load_wine(as_frame=True)
    wines = data.frame.assign(cultivar=data.target_names[data.target].astype(object))
    training, held_out = train_test_split(wines, test_size=60, random_state=0, stratify=wines["cultivar"])

    def fitted(estimator: Any) -> Candidate:
        return Candidate.of_frames(
            estimator.fit(training[names], training["cultivar"]),
            training,
            held_out,
            area="winery",
            name="trial",
            description="A trial.",
            steps=type(estimator).__name__,
            features=[Feature(name=name) for name in names],
            target="cultivar",
            data=DataSource("wine", "https://archive.ics.uci.edu/dataset/109/wine", len(wines)),
        )

    return fitted
