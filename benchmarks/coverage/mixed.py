"""Pipelines over columns of several types, and over text."""

from collections.abc import Iterator
from typing import Any

from sklearn import compose, ensemble, feature_extraction, impute, linear_model, pipeline, preprocessing

from benchmarks.coverage.naming import named

SMALL_FOREST = {"n_estimators": 10, "max_depth": 4, "random_state": 0}


def mixed() -> Iterator[tuple[str, Any]]:
    numbers, words, flags = ["age", "income", "signed_up_month"], ["plan", "city"], ["active"]
    filled = pipeline.make_pipeline(impute.SimpleImputer(strategy="median"), preprocessing.StandardScaler())
    guessed = impute.SimpleImputer(strategy="most_frequent")
    encoders = {
        "OneHotEncoder": preprocessing.OneHotEncoder(handle_unknown="ignore"),
        "OrdinalEncoder": preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        "TargetEncoder": preprocessing.TargetEncoder(cv=2, random_state=0),
    }
    for name, encoder in encoders.items():
        columns = [
            ("numbers", filled, numbers),
            ("words", pipeline.make_pipeline(guessed, encoder), words),
            ("flags", "passthrough", flags),
        ]
        for final in (linear_model.LogisticRegression(), ensemble.RandomForestClassifier(**SMALL_FOREST)):
            yield f"{name}, {named(final)}", pipeline.make_pipeline(compose.ColumnTransformer(columns), final)
    columns = [
        ("numbers", "passthrough", numbers),
        ("words", pipeline.make_pipeline(guessed, encoders["OneHotEncoder"]), words),
        ("flags", "passthrough", flags),
    ]
    final = ensemble.HistGradientBoostingClassifier(max_iter=10)
    yield (
        "OneHotEncoder, HistGradientBoostingClassifier with gaps",
        pipeline.make_pipeline(compose.ColumnTransformer(columns, sparse_threshold=0), final),
    )
    columns = [("flags", preprocessing.OneHotEncoder(), flags), ("numbers", filled, numbers)]
    yield (
        "OneHotEncoder of booleans",
        pipeline.make_pipeline(compose.ColumnTransformer(columns), linear_model.LogisticRegression()),
    )
    columns = [
        ("months", preprocessing.OneHotEncoder(handle_unknown="ignore"), ["signed_up_month"]),
        ("numbers", filled, ["age", "income"]),
    ]
    yield (
        "OneHotEncoder of whole numbers",
        pipeline.make_pipeline(compose.ColumnTransformer(columns), linear_model.LogisticRegression()),
    )


def texts() -> Iterator[tuple[str, Any]]:
    for vectorizer in (
        feature_extraction.text.TfidfVectorizer(),
        feature_extraction.text.CountVectorizer(ngram_range=(1, 2)),
    ):
        columns = compose.ColumnTransformer([("words", vectorizer, "message")])
        yield named(vectorizer), pipeline.make_pipeline(columns, linear_model.LogisticRegression())
