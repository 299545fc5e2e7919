"""Text pipelines that were fitted on a series."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from tests.converters.trial import kept

DRAWS = np.random.default_rng(5)
WORDS = np.array(
    [
        "invoice",
        "refund",
        "late",
        "room",
        "lost",
        "the",
        "a",
        "of",
        "café",
        "Crème",
        "naïve",
        "it's",
        "12",
        "ok\tnow",
        "be",
        "",
        "two",
    ]
)
TEXTS = [" ".join(DRAWS.choice(WORDS, DRAWS.integers(1, 8))) for _ in range(60)]
TEXTS += ["", " ", "?!", "x", "cafe\u0301 room", "日本語 room"]
TOPICS = np.where(["refund" in text for text in TEXTS], "money", "house")

VECTORIZERS: dict[str, Any] = {
    "words": TfidfVectorizer(),
    "logarithms": TfidfVectorizer(sublinear_tf=True),
    "stop words in pairs": TfidfVectorizer(stop_words="english", ngram_range=(1, 2)),
    "no accents": TfidfVectorizer(strip_accents="unicode"),
    "no accents and stop words": CountVectorizer(strip_accents="ascii", stop_words=["room"], ngram_range=(1, 3)),
    "characters in words": TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)),
    "characters": TfidfVectorizer(analyzer="char", ngram_range=(2, 3), strip_accents="ascii"),
    "once is enough": CountVectorizer(binary=True, lowercase=False),
    "another pattern": CountVectorizer(token_pattern=r"[a-z]+"),
    "both": make_union(TfidfVectorizer(norm=None), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3))),
}


@pytest.mark.parametrize("name", VECTORIZERS)
def test_texts_as_a_series(name: str) -> None:
    """Empty texts, words never seen and other scripts answer as the estimator does."""
    model = make_pipeline(VECTORIZERS[name], LogisticRegression())

    prepared = kept(model, pd.DataFrame({"text": TEXTS}), TOPICS, fitted=pd.Series(TEXTS))

    assert [feature["name"] for feature in prepared.manifest["features"]] == ["text"]
