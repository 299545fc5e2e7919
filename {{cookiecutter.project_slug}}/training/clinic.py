"""
Two models of 442 diabetes patients: how far the disease will progress in a year, and who is at high risk.

The unscaled measurements, with `sex` as a string column.
The data set's documentation does not say which of its codes 1 and 2 is which sex,
so the categories keep the codes' names.
It gives no units of the blood values either; those here are the ones that their ranges are usual in.

Source: https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html (Efron, Hastie, Johnstone and Tibshirani,
"Least Angle Regression", Annals of Statistics 32, 2004), as scikit-learn ships it.
"""

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

from sparely_export.export import Candidate
from sparely_export.features import Feature, Token
from sparely_export.manifest import DataSource
from tests.support.samples.fitting import Sample, fit

AREA = "clinic"
DATA = DataSource("diabetes", "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html", 442)
UNKNOWN = Token("unknown")
MASKED_FRACTION = 0.05
"""The share of rows whose `sex`, or `glu`, is hidden from the high-risk model, to teach it to do without."""

NAMES = {"s1": "tc", "s2": "ldl", "s3": "hdl", "s4": "tch", "s5": "ltg", "s6": "glu"}
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


def progression() -> Candidate:
    """Fit boosted trees on a mixed-type table: numbers as they are, for trees need no scaler; sex one-hot."""
    training, held_out = _split(_patients())
    features = _features("age", "sex", "bmi", "bp", "tc", "ldl", "hdl", "ltg")
    estimator = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), ["sex"]),
            ("passthrough", [feature.name for feature in features if feature.numeric]),
        ),
        GradientBoostingRegressor(
            n_estimators=60,
            max_depth=2,
            learning_rate=0.08,
            subsample=0.6,
            min_samples_leaf=10,
            random_state=0,
        ),
    )
    return fit(
        Sample(
            area=AREA,
            name="progression",
            description="Disease progression one year after baseline: 25 (little) to 346 (much).",
            estimator=estimator,
            steps="OneHotEncoder, GradientBoostingRegressor (60 trees of depth 2)",
            features=features,
            target="progression",
            data=DATA,
            training=training,
            held_out=held_out,
        )
    )


def high_risk() -> Candidate:
    """Fit a logistic regression that does without `glu` (imputed) and `sex` (a category of its own)."""
    training, held_out = _split(_masked(_patients()))
    features = _features(
        "sex",
        "bmi",
        "bp",
        "hdl",
        "tch",
        "ltg",
        "glu",
        sex=Feature(name="sex", type="string", null=UNKNOWN),
        glu=Feature(name="glu", unit=UNITS["glu"], null="nan", required=False),
    )
    estimator = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), ["sex"]),
            (
                make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
                [feature.name for feature in features if feature.numeric],
            ),
        ),
        LogisticRegression(C=0.3),
    )
    return fit(
        Sample(
            area=AREA,
            name="high-risk",
            description="Whether the disease will progress as far as in the worst quarter of patients.",
            estimator=estimator,
            steps="OneHotEncoder, SimpleImputer, StandardScaler, LogisticRegression",
            features=features,
            target="risk",
            data=DATA,
            training=training,
            held_out=held_out,
        )
    )


def _patients() -> pd.DataFrame:
    frame = load_diabetes(scaled=False, as_frame=True).frame.rename(columns={**NAMES, "target": "progression"})
    frame["sex"] = frame["sex"].astype(int).astype(str).astype(object)
    high = frame["progression"] >= frame["progression"].quantile(0.75)
    return frame.assign(risk=np.where(high, "high", "usual").astype(object))


def _masked(frame: pd.DataFrame) -> pd.DataFrame:
    draws = np.random.RandomState(0).uniform(size=(len(frame), 2))
    sex = frame["sex"].mask(draws[:, 0] < MASKED_FRACTION, None)
    return frame.assign(sex=sex, glu=frame["glu"].mask(draws[:, 1] < MASKED_FRACTION))


def _split(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold out a quarter, the same patients for both models."""
    training, held_out = train_test_split(frame, test_size=0.25, random_state=0, stratify=frame["risk"])
    return training, held_out


def _features(*names: str, **special: Feature) -> tuple[Feature, ...]:
    sex = Feature(name="sex", type="string")
    plain = {"sex": sex, **{name: Feature(name=name, unit=unit) for name, unit in UNITS.items()}}
    return tuple({**plain, **special}[name] for name in names)
