"""The story's first function: a data frame a request, through the fitted pipelines as joblib keeps them."""

import json
from pathlib import Path

import joblib
import pandas as pd

MODELS = {path.stem: joblib.load(path) for path in sorted(Path(__file__).parent.glob("models/*/*.joblib"))}


def lambda_handler(event, context):
    name = event["pathParameters"]["model"]
    rows = pd.DataFrame(json.loads(event["body"])["instances"]).fillna({"sex": "unknown"})
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"predictions": {name: predict(MODELS[name], rows)}}),
    }


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
