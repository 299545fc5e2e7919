"""
Two models of 442 diabetes patients: how far the disease will progress in a year, and who is at high risk.

`make train SCRIPT=training/clinic.py` fits both and writes them to src/models, and what follows from them.

The unscaled measurements, with `sex` as a string column.
The data set's documentation does not say which of its codes 1 and 2 is which sex,
so the categories keep the codes' names.
It gives no units of the blood values either; those here are the ones that their ranges are usual in.

Source: https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html (Efron, Hastie, Johnstone and Tibshirani,
"Least Angle Regression", Annals of Statistics 32, 2004), as scikit-learn ships it.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sparely_export import Candidate, DataSource, Feature, Token, report, round_parameters, write_model

MODELS = Path(__file__).resolve().parents[1] / "src" / "models"
AREA = "clinic"
DATA = DataSource("diabetes", "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html", 442)
UNKNOWN = "unknown"
MASKED_FRACTION = 0.05
"""The share of rows whose `sex`, or `glu`, is hidden from the high-risk model, to teach it to do without."""

NAMES = {"s1": "tc", "s2": "ldl", "s3": "hdl", "s4": "tch", "s5": "ltg", "s6": "glu", "target": "progression"}
UNITS = {
    "age": "years",
    "bmi": "kg/m2",
    "bp": "mmHg",
    "tc": "mg/dl",
    "ldl": "mg/dl",
    "hdl": "mg/dl",
    "tch": "tc/hdl",
    "ltg": "ln(mg/dl)",
    "glu": "mg/dl",
}
SEX = Feature(name="sex", type="string")


def progression() -> Candidate:
    """Fit boosted trees on a mixed-type table: numbers as they are, for trees need no scaler; sex one-hot."""
    columns = ["age", "sex", "bmi", "bp", "tc", "ldl", "hdl", "ltg"]
    numbers = [name for name in columns if name != "sex"]
    training, held_out = split(patients())
    estimator = make_pipeline(
        make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["sex"]), ("passthrough", numbers)),
        GradientBoostingRegressor(
            n_estimators=60, max_depth=2, learning_rate=0.08, subsample=0.6, min_samples_leaf=10, random_state=0
        ),
    )
    return Candidate.of_frames(
        estimator.fit(training[columns], training["progression"]),
        training,
        held_out,
        area=AREA,
        name="progression",
        description="Disease progression one year after baseline: 25 (little) to 346 (much).",
        steps="OneHotEncoder, GradientBoostingRegressor (60 trees of depth 2)",
        features=[SEX if name == "sex" else Feature(name=name, unit=UNITS[name]) for name in columns],
        target="progression",
        data=DATA,
    )


def high_risk() -> Candidate:
    """Fit a logistic regression that does without `glu` (imputed) and `sex` (a category of its own)."""
    numbers = ["bmi", "bp", "hdl", "tch", "ltg", "glu"]
    training, held_out = split(masked(patients()))
    estimator = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), ["sex"]),
            (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        ),
        LogisticRegression(C=0.3),
    )
    estimator.fit(training[["sex", *numbers]].fillna({"sex": UNKNOWN}), training["risk"])
    round_parameters(estimator)  # the same bytes on every processor
    return Candidate.of_frames(
        estimator,
        training,
        held_out,
        area=AREA,
        name="high-risk",
        description="Whether the disease will progress as far as in the worst quarter of patients.",
        steps="OneHotEncoder, SimpleImputer, StandardScaler, LogisticRegression",
        features=[
            replace(SEX, null=Token(UNKNOWN)),
            *(Feature(name=name, unit=UNITS[name]) for name in numbers[:-1]),
            Feature(name="glu", unit=UNITS["glu"], null="nan", required=False),
        ],
        target="risk",
        data=DATA,
    )


def patients() -> pd.DataFrame:
    """Return the table, with those at risk marked: the quarter of the highest progression."""
    frame = load_diabetes(scaled=False, as_frame=True).frame.rename(columns=NAMES)
    high = frame["progression"] >= frame["progression"].quantile(0.75)
    sex = frame["sex"].astype(int).astype(str).astype(object)
    return frame.assign(sex=sex, risk=np.where(high, "high", "usual").astype(object))


def masked(frame: pd.DataFrame) -> pd.DataFrame:
    """Hide some of `sex` and `glu`."""
    draws = np.random.RandomState(0).uniform(size=(len(frame), 2))
    sex = frame["sex"].mask(draws[:, 0] < MASKED_FRACTION, None)
    return frame.assign(sex=sex, glu=frame["glu"].mask(draws[:, 1] < MASKED_FRACTION))


def split(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold out a quarter, the same patients for both models."""
    training, held_out = train_test_split(frame, test_size=0.25, random_state=0, stratify=frame["risk"])
    return training, held_out


if __name__ == "__main__":
    for name, fit in {"high-risk": high_risk, "progression": progression}.items():
        print(f"{AREA}/{name}: fit, convert, compare ...", flush=True)
        print(f"  {report.line(write_model(fit(), MODELS))}", flush=True)
