"""
What `benchmarks.versions` runs in an environment of each scikit-learn: four models fitted, saved and exported.

It is started by that environment's Python, in a folder that it writes to, and imports nothing of this repository but
the export; it prints what came of each as JSON.
"""

import json
import platform
import warnings
from importlib.metadata import version
from typing import Any

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sparely_export import Refusal, export

ROWS = 400
NUMBERS = ["months", "spend"]


def models() -> dict[str, Any]:
    """The estimators, not fitted."""
    columns = ColumnTransformer(
        [("numbers", SimpleImputer(), NUMBERS), ("words", OneHotEncoder(handle_unknown="ignore"), ["plan"])]
    )
    return {
        "forest": RandomForestClassifier(50, max_depth=8, random_state=0),
        "boosting": GradientBoostingClassifier(n_estimators=50, random_state=0),
        "logistic": make_pipeline(columns, LogisticRegression(max_iter=500)),
        "histogram": HistGradientBoostingClassifier(max_iter=50, random_state=0),
    }


def main() -> None:
    """Fit, save and export each model."""
    draws = np.random.RandomState(0)
    rows = pd.DataFrame(
        {
            "months": draws.randint(0, 60, ROWS),
            "spend": draws.gamma(2, 30, ROWS).round(2),
            "plan": draws.choice(["basic", "plus", "pro"], ROWS),
        }
    )
    score = rows["months"] / 60 + 0.4 * (rows["plan"] == "pro") + draws.normal(0, 0.2, ROWS)
    rows["outcome"] = np.where(score > 0.7, "stays", "leaves")
    rows.loc[::9, "spend"] = np.nan
    found = {}
    for name, model in models().items():
        given = rows if name == "logistic" else rows[[*NUMBERS, "outcome"]].dropna()
        model.fit(given.drop(columns="outcome"), given["outcome"])
        joblib.dump(model, f"{name}.joblib")
        given.to_csv(f"{name}.csv", index=False)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                report = export(model, given, f"{name}.zip", area="shop", name=name, target="outcome", progress=False)
            found[name] = {"difference": report.manifest["parity"]["largest_difference"]}
        except Refusal as refusal:
            found[name] = {"refusal": str(refusal)}
    versions = {name: version(name) for name in ("scikit-learn", "numpy", "pandas", "skl2onnx")}
    print(json.dumps({"python": platform.python_version(), "versions": versions, "models": found}))


if __name__ == "__main__":
    main()
