"""A function as an image: joblib files, numpy arrays, scikit-learn, no data frames."""

import json
from pathlib import Path

import joblib
import numpy as np

MODELS = {path.stem: joblib.load(path) for path in sorted(Path(__file__).parent.glob("models/*/*.joblib"))}


def lambda_handler(event, context):
    name = event["pathParameters"]["model"]
    estimator, columns = MODELS[name]
    instances = json.loads(event["body"])["instances"]
    rows = np.array([[value_of(row, column) for column in columns] for row in instances], dtype=object)
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"predictions": {name: predict(estimator, rows)}}),
    }


def value_of(row, column):
    value = row.get(column)
    if value is None:
        return "unknown" if column == "sex" else np.nan
    return value


def predict(estimator, rows):
    answers = estimator.predict(rows).tolist()
    if not hasattr(estimator, "predict_proba"):
        return [{"value": value} for value in answers]
    shares = estimator.predict_proba(rows).tolist()
    classes = estimator.classes_.tolist()
    return [
        {"label": label, "probabilities": dict(zip(classes, row, strict=True))}
        for label, row in zip(answers, shares, strict=True)
    ]
