"""
Two models of 178 Piedmontese wines: which grape they are of, and how strong they are, by their chemistry.

`make train SCRIPT=training/winery.py` fits both and writes them to src/models, and what follows from them.

scikit-learn numbers the grapes 0, 1 and 2; their names are those of the study that the data come from,
which has the same 59 Barolo, 71 Grignolino and 48 Barbera in this order.

Source: https://archive.ics.uci.edu/dataset/109/wine, as scikit-learn ships it; names of the wines by
https://rdrr.io/cran/whitening/man/forina1986.html (Forina, Armanino, Castino and Ubigli,
"Multivariate data analysis as a discriminating method of the origin of wines", Vitis 25, 1986).
"""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sparely_export import Candidate, DataSource, Feature, report, round_parameters, write_model

MODELS = Path(__file__).resolve().parents[1] / "src" / "models"
AREA = "winery"
DATA = DataSource("wine", "https://archive.ics.uci.edu/dataset/109/wine", 178)
CULTIVARS = ("barolo", "grignolino", "barbera")


def cultivar() -> Candidate:
    """Fit a forest of shallow trees on the measurements as they are."""
    columns = ["malic_acid", "alcalinity_of_ash", "magnesium", "flavanoids", "color_intensity", "hue", "proline"]
    training, held_out = split(wines())
    forest = RandomForestClassifier(n_estimators=40, max_depth=4, random_state=0)
    return Candidate.of_frames(
        forest.fit(training[columns], training["cultivar"]),
        training,
        held_out,
        area=AREA,
        name="cultivar",
        description="The wine's grape, by its chemistry without its alcohol.",
        steps="RandomForestClassifier (40 trees of depth 4)",
        features=[Feature(name=name) for name in columns],
        target="cultivar",
        data=DATA,
    )


def alcohol() -> Candidate:
    """Fit a ridge regression on standardised measurements; the alcohol is not among them."""
    columns = ["malic_acid", "ash", "alcalinity_of_ash", "total_phenols", "color_intensity", "hue", "proline"]
    training, held_out = split(wines())
    ridge = make_pipeline(StandardScaler(), Ridge(alpha=10.0)).fit(training[columns], training["alcohol"])
    round_parameters(ridge)  # the same bytes on every processor
    return Candidate.of_frames(
        ridge,
        training,
        held_out,
        area=AREA,
        name="alcohol",
        description="The wine's alcohol in per cent by volume, by the rest of its chemistry.",
        steps="StandardScaler, Ridge",
        features=[Feature(name=name) for name in columns],
        target="alcohol",
        data=DATA,
    )


def wines() -> pd.DataFrame:
    """Return the table, with the grapes' names."""
    frame = load_wine(as_frame=True).frame
    return frame.assign(cultivar=np.array(CULTIVARS, dtype=object)[frame["target"]])


def split(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold out 60 wines, the same ones for both models."""
    training, held_out = train_test_split(frame, test_size=60, random_state=0, stratify=frame["cultivar"])
    return training, held_out


if __name__ == "__main__":
    for name, fit in {"alcohol": alcohol, "cultivar": cultivar}.items():
        print(f"{AREA}/{name}: fit, convert, compare ...", flush=True)
        print(f"  {report.line(write_model(fit(), MODELS))}", flush=True)
