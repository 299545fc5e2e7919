"""A line that is fitted in memory, and where its bundle goes."""

from typing import Any

import pandas as pd
from sklearn.linear_model import LinearRegression

X = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0] * 10, "b": [4.0, 1.0, 3.0, 2.5, 0.5] * 8})
Y = X["a"] + X["b"]
LINE = LinearRegression().fit(X, Y)
PLACE: dict[str, Any] = {"area": "toys", "name": "sum", "progress": False}
