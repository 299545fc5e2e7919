"""numpy computes a function of booleans in float16, and a model that has learned that is refused with the reason."""

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sparely_export.parity import ParityError
from tests.converters.trial import MIXED, VALUE, kept


def test_a_function_of_booleans_is_named() -> None:
    """arctan(True) has three digits then."""
    columns = ColumnTransformer([("arc", FunctionTransformer(np.arctan), ["web"]), ("rest", "passthrough", ["a"])])

    with pytest.raises(ParityError) as raised:
        kept(make_pipeline(columns, Ridge()), MIXED[["a", "web"]], VALUE)

    assert raised.value.reason == (
        'Step "columntransformer/arc" calls a function of booleans, which numpy computes in float16 to three digits, '
        "and no other library rounds so: make numbers of the booleans before it, or leave them out of that step."
    )


def test_a_function_of_booleans_made_numbers_converts() -> None:
    """What the sentence says to do."""
    columns = ColumnTransformer([("arc", FunctionTransformer(np.arctan), ["web"]), ("rest", "passthrough", ["a"])])

    assert kept(make_pipeline(columns, Ridge()), MIXED[["a", "web"]].astype(float), VALUE).tried[-1].kept
