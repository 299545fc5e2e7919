"""Fitted parameters to few digits."""

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparely_export.rounding import round_parameters


def test_parameters_keep_six_digits_at_every_depth() -> None:
    """Scalers inside column transformers and the regression at the end are rounded alike."""
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [1.0, 5.0, 9.0]})
    pipeline = make_pipeline(
        make_column_transformer((make_pipeline(StandardScaler()), ["a"]), ("passthrough", ["b"])), Ridge()
    ).fit(frame, [1.0, 2.0, 3.0])

    round_parameters(pipeline)

    scaler = pipeline[0].named_transformers_["pipeline"][0]
    assert scaler.mean_.tolist() == [2.33333]
    assert [float(f"{value:.6g}") for value in pipeline[-1].coef_] == pipeline[-1].coef_.tolist()
    assert pipeline[-1].intercept_ == float(f"{pipeline[-1].intercept_:.6g}")
