"""Steps of each column that are written for all columns at once, so that a wide model has no more nodes than a narrow."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, PowerTransformer, QuantileTransformer, SplineTransformer

from sparely_export.conversion import ConversionError
from tests.converters.trial import NUMBERS, ROWS, VALUE, kept

WIDE = pd.DataFrame(np.random.default_rng(3).normal(size=(ROWS, 12)).round(3), columns=[f"x{i}" for i in range(12)])
STEPS: dict[str, Any] = {
    "splines": SplineTransformer(),
    "splines in lines": SplineTransformer(n_knots=3, degree=2, extrapolation="linear"),
    "splines in circles": SplineTransformer(n_knots=4, extrapolation="periodic", include_bias=False),
    "splines of two knots": SplineTransformer(n_knots=2),
    "quantiles": QuantileTransformer(n_quantiles=20),
    "normal quantiles": QuantileTransformer(n_quantiles=20, output_distribution="normal"),
    "powers": PowerTransformer(),
    "bins": KBinsDiscretizer(4, encode="onehot-dense", quantile_method="averaged_inverted_cdf"),
    "numbers of bins": KBinsDiscretizer(4, encode="ordinal", quantile_method="averaged_inverted_cdf"),
    "means": SimpleImputer(),
    "means and what was missing": SimpleImputer(add_indicator=True),
    "two quantiles": QuantileTransformer(n_quantiles=2),
}


def nodes(step: Any, frame: pd.DataFrame) -> int:
    """How many operations a model of this step has."""
    found = kept(make_pipeline(step, Ridge()), frame, VALUE).tried[-1].kept
    assert found
    return len(found.converted.proto.graph.node)


@pytest.mark.parametrize("name", STEPS)
def test_more_columns_are_no_more_operations(name: str) -> None:
    """The engine that ships opens a model of thousands of operations slowly."""
    assert nodes(STEPS[name], WIDE) <= nodes(STEPS[name], NUMBERS[["a", "b"]]) + 2


def test_many_quantiles_are_compared_a_few_columns_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request would need memory for rows times columns times quantiles."""
    monkeypatch.setattr("sparely_export.converters.shapes.MOST_BORDERS", 100)

    assert nodes(QuantileTransformer(n_quantiles=20), WIDE) > nodes(
        QuantileTransformer(n_quantiles=20), WIDE.iloc[:, :5]
    )


def test_splines_whose_ends_depend_on_their_place_are_refused() -> None:
    """scikit-learn raises a degree of 1 for the first column, and takes the inner knots of the next ones for ends."""
    with pytest.raises(ConversionError, match="take one for each column, or a degree of 2"):
        nodes(SplineTransformer(degree=1, extrapolation="linear"), WIDE)


def test_one_column_of_straight_splines_is_continued_in_lines() -> None:
    """Where there is no column behind it."""
    assert nodes(SplineTransformer(degree=1, extrapolation="linear"), WIDE[["x0"]])


def test_columns_of_other_numbers_of_bins() -> None:
    """Narrow bins are left out where a column has few values."""
    frame = NUMBERS.assign(a=(NUMBERS["a"] > 0) * 1.0)
    bins = KBinsDiscretizer(6, encode="onehot-dense", quantile_method="averaged_inverted_cdf")

    assert nodes(bins, frame)


@pytest.mark.parametrize("power", [0.0, 2.0])
def test_powers_that_are_logarithms(power: float) -> None:
    """Of some columns, beside others that are none."""
    front = PowerTransformer(standardize=False).fit(NUMBERS)
    front.lambdas_[0] = power
    model = make_pipeline(FrozenEstimator(front), Ridge())

    assert kept(model, NUMBERS, VALUE).tried[-1].kept
