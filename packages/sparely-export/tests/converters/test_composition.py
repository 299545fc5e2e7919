"""Corners of pipelines and column transformers that composing by chance has found."""

from typing import Any

import numpy as np
import pytest
from catboost import CatBoostRegressor
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.compose import ColumnTransformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import StackingRegressor
from sklearn.feature_selection import SelectPercentile
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder
from sklearn.semi_supervised import SelfTrainingClassifier

from sparely_export.conversion import ConversionError
from sparely_export.features import NEVER_SENT
from tests.converters.trial import LEVEL, MIXED, NUMBER, NUMBERS, VALUE, kept

NONE_LEFT = make_pipeline(SelectPercentile(percentile=60), FunctionTransformer(np.square))
BOOSTED = CatBoostRegressor(iterations=3, depth=2, verbose=False, allow_writing_files=False, thread_count=1)
CORNERS: dict[str, Any] = {
    "a selection that keeps no column": make_pipeline(
        ColumnTransformer([("none", NONE_LEFT, ["a"]), ("rest", "passthrough", ["b", "c"])]), Ridge()
    ),
    "an indicator where nothing was missing": make_pipeline(SimpleImputer(add_indicator=True), Ridge()),
    "frames from a step that names no column": make_pipeline(
        ColumnTransformer(
            [("arcs", make_pipeline(SimpleImputer(), FunctionTransformer(np.arctan)), ["a"]), ("b", "drop", ["b"])],
            verbose_feature_names_out=False,
        ),
        Ridge(),
    ).set_output(transform="pandas"),
    "distances to centres": make_pipeline(KMeans(3, n_init=1, random_state=0), Ridge()),
    "distances to centres of batches": make_pipeline(MiniBatchKMeans(2, n_init=1, random_state=0), Ridge()),
    "CatBoost in a stack": StackingRegressor([("line", LinearRegression()), ("trees", BOOSTED)], cv=2),
}


@pytest.mark.parametrize("name", CORNERS)
def test_it_converts(name: str) -> None:
    """Each was refused in words of a library."""
    assert kept(CORNERS[name], NUMBERS, VALUE).tried[-1].kept


def test_a_classifier_that_labelled_rows_by_itself_converts() -> None:
    """What it has fitted in the end is what answers."""
    target = np.where(np.arange(len(NUMBERS)) % 3 == 0, -1, NUMBER)

    assert kept(SelfTrainingClassifier(LogisticRegression()), NUMBERS, target).tried[-1].kept


@pytest.mark.parametrize("solver", ["svd", "eigen"])
def test_a_discriminant_as_a_step_gives_its_projection(solver: str) -> None:
    """Not its label, as where it is the model."""
    front = LinearDiscriminantAnalysis(solver=solver)

    assert kept(make_pipeline(front, LogisticRegression()), NUMBERS, LEVEL).tried[-1].kept


def test_a_model_as_a_step_in_front_of_another_is_refused() -> None:
    """Its form would give its label."""
    votes = StackingRegressor([("line", LinearRegression()), ("ridge", Ridge())], cv=2)

    with pytest.raises(
        ConversionError, match='step "stackingregressor" has no ONNX form: StackingRegressor is a model'
    ):
        kept(make_pipeline(votes, Ridge()), NUMBERS, VALUE)


ENCODERS: dict[str, Any] = {
    "one column a word": OneHotEncoder(handle_unknown="ignore"),
    "rare words together": OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=0.2),
    "a number a word": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    "means of the target": TargetEncoder(random_state=0),
}


@pytest.mark.parametrize("name", ENCODERS)
def test_a_missing_word_goes_as_one_never_seen(name: str) -> None:
    """Where training had none and the rows do, with parity on both."""
    columns = ColumnTransformer([("words", ENCODERS[name], ["room"]), ("numbers", StandardScaler(), ["a", "b"])])
    rows = MIXED.assign(room=MIXED["room"].mask(np.arange(len(MIXED)) % 6 == 0))

    features = kept(make_pipeline(columns, LogisticRegression()), rows, NUMBER, fitted=MIXED).manifest["features"]

    assert next(each for each in features if each["name"] == "room")["null"] == {"token": NEVER_SENT}
