"""A data frame as the rows that callers send."""

import json

import numpy as np
import pandas as pd

from training.samples.fitting import to_rows


def test_rows_are_json() -> None:
    """Whole numbers lose their decimals, missing values become null, strings stay."""
    frame = pd.DataFrame({"a": [1.0, 2.5, np.nan], "sex": pd.Series(["1", None, "2"], dtype=object)})

    assert json.dumps(to_rows(frame)) == (
        '[{"a": 1, "sex": "1"}, {"a": 2.5, "sex": null}, {"a": null, "sex": "2"}]'
    )
