"""
Two models of 178 Piedmontese wines: which grape they are of, and how strong they are, by their chemistry.

scikit-learn numbers the grapes 0, 1 and 2; their names are those of the study that the data come from,
which has the same 59 Barolo, 71 Grignolino and 48 Barbera in this order.

Source: https://archive.ics.uci.edu/dataset/109/wine, as scikit-learn ships it; names of the wines by
https://rdrr.io/cran/whitening/man/forina1986.html (Forina, Armanino, Castino and Ubigli,
"Multivariate data analysis as a discriminating method of the origin of wines", Vitis 25, 1986).
"""

import numpy as np
import pandas as pd
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sparely_export.export import Candidate
from sparely_export.features import Feature
from sparely_export.manifest import DataSource
from tests.support.samples.fitting import Sample, fit

AREA = "winery"
DATA = DataSource("wine", "https://archive.ics.uci.edu/dataset/109/wine", 178)
CULTIVARS = ("barolo", "grignolino", "barbera")


def cultivar() -> Candidate:
    """Fit a forest of shallow trees on the measurements as they are."""
    training, held_out = _split(_wines())
    return fit(
        Sample(
            area=AREA,
            name="cultivar",
            description="The wine's grape, by its chemistry without its alcohol.",
            estimator=RandomForestClassifier(n_estimators=40, max_depth=4, random_state=0),
            steps="RandomForestClassifier (40 trees of depth 4)",
            features=_features(
                "malic_acid",
                "alcalinity_of_ash",
                "magnesium",
                "flavanoids",
                "color_intensity",
                "hue",
                "proline",
            ),
            target="cultivar",
            data=DATA,
            training=training,
            held_out=held_out,
        )
    )


def alcohol() -> Candidate:
    """Fit a ridge regression on standardised measurements; the alcohol is not among them."""
    training, held_out = _split(_wines())
    return fit(
        Sample(
            area=AREA,
            name="alcohol",
            description="The wine's alcohol in per cent by volume, by the rest of its chemistry.",
            estimator=make_pipeline(StandardScaler(), Ridge(alpha=10.0)),
            steps="StandardScaler, Ridge",
            features=_features(
                "malic_acid", "ash", "alcalinity_of_ash", "total_phenols", "color_intensity", "hue", "proline"
            ),
            target="alcohol",
            data=DATA,
            training=training,
            held_out=held_out,
        )
    )


def _wines() -> pd.DataFrame:
    frame = load_wine(as_frame=True).frame
    return frame.assign(cultivar=np.array(CULTIVARS, dtype=object)[frame["target"]])


def _split(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold out 60 wines, the same ones for both models."""
    training, held_out = train_test_split(frame, test_size=60, random_state=0, stratify=frame["cultivar"])
    return training, held_out


def _features(*names: str) -> tuple[Feature, ...]:
    return tuple(Feature(name=name) for name in names)
