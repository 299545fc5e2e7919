"""
What one would write instead of `make score`: a file read by pandas, its rows predicted, all of it written again.

    python scoring_pandas.py MODEL.joblib ROWS.csv ANSWERS.csv TEXT,COLUMNS FEATURES,...

Prints the seconds of these three steps; imports and unpickling come before them.
"""

import sys
import time
import warnings

import joblib
import pandas as pd

model, rows, answers, texts, features = sys.argv[1:]
warnings.simplefilter("ignore")
estimator = joblib.load(model)
began = time.monotonic()
frame = pd.read_csv(rows, dtype=dict.fromkeys(texts.split(",") if texts else [], str))
taken = frame[features.split(",")]
if hasattr(estimator, "predict_proba"):
    shares = estimator.predict_proba(taken)
    frame["label"] = estimator.classes_[shares.argmax(axis=1)]
    for place, label in enumerate(estimator.classes_):
        frame[f"probabilities.{label}"] = shares[:, place]
else:
    frame["value"] = estimator.predict(taken)
frame.to_csv(answers, index=False)
print(time.monotonic() - began)
