"""Fitted models, and the ways to write them to a file."""

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

HERE = {"scikit-learn": sklearn.__version__}
ROWS = np.random.RandomState(0).rand(60, 3)
LABELS = (ROWS.sum(axis=1) > 1.5).astype(int)
FOREST = RandomForestClassifier(3, random_state=0).fit(ROWS, LABELS)
PIPELINE = make_pipeline(OneHotEncoder(), RandomForestClassifier(2)).fit(np.array([["a"], ["b"]] * 5), [0, 1] * 5)
