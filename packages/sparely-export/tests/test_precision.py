"""float32 first, float64 where that is not enough, and what is mended on the way."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor, IsolationForest, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import LinearSVC

from sparely_export.candidate import Candidate
from sparely_export.conversion import ConversionError, Converted, convert
from sparely_export.describing import describe
from sparely_export.features import Feature, with_ranges
from sparely_export.inputs import inputs_of
from sparely_export.manifest import Card
from sparely_export.parity import HELD_OUT, Difference, ParityError, Probe
from sparely_export.precision import Attempt, Progress, _check_nodes, _nearest, attempts, row_time_us, silent
from sparely_export.steps import chooses_by_name
from sparely_export.tasks import Task

Tried = Callable[..., list[Attempt]]
DRAWS = np.random.RandomState(0)
FRAME = pd.DataFrame(DRAWS.normal(size=(80, 3)).round(3) * 10, columns=["a", "b", "c"])
SUM = FRAME["a"] + 2 * FRAME["b"]
HIGH = np.where(SUM > 0, "high", "low").astype(object)


@pytest.fixture
def tried(card: Card) -> Tried:
    """Describes a frame and converts."""

    def convert(estimator: Any, frame: pd.DataFrame = FRAME, progress: Progress = silent) -> list[Attempt]:
        described = describe(estimator, frame)
        features = with_ranges(described.features, described.rows)
        rows = described.rows
        return attempts(
            Candidate(
                card=card,
                estimator=estimator,
                features=features,
                training_rows=rows,
                held_out_rows=rows,
                by_column=chooses_by_name(estimator),
            ),
            progress,
        )

    return convert


def kept(found: list[Attempt]) -> tuple[str, str]:
    """The kind and the datatype of what was kept."""
    last = found[-1]
    assert last.kept is not None
    return last.kept.converted.kind, last.datatype


def test_float32_is_kept_where_it_agrees(tried: Tried) -> None:
    """A line needs no more, and nothing else is tried."""
    found = tried(LinearRegression().fit(FRAME, SUM))

    assert kept(found) == ("regressor", "FP32")
    assert len(found) == 1


def test_float64_is_kept_where_float32_differs(tried: Tried) -> None:
    """Histogram boosting compares in float64; both times were taken, and the first failure is told."""
    found = tried(HistGradientBoostingRegressor(max_iter=10).fit(FRAME, SUM))

    assert kept(found) == ("regressor", "FP64")
    assert "disagree" in str(found[0].failure)
    assert all(each.row_us for each in found)


def test_scaler_and_imputer_before_trees_agree_in_float64(tried: Tried) -> None:
    """Trees behind them compare what scikit-learn rounds to float32, with gaps filled as it fills them."""
    gaps = FRAME.assign(a=FRAME["a"].where(FRAME.index % 7 > 0))
    model = make_pipeline(
        SimpleImputer(strategy="median"), StandardScaler(), RandomForestClassifier(10, max_depth=4, random_state=0)
    )

    assert kept(tried(model.fit(gaps, HIGH), gaps)) == ("classifier", "FP64")


def test_forest_of_two_classes_answers_with_shares(tried: Tried) -> None:
    """The two probabilities add up to 1, which onnxruntime 1.27 gets wrong of what the converter writes."""
    model = RandomForestClassifier(10, max_depth=3, random_state=0).fit(FRAME, HIGH)

    assert kept(tried(model))[0] == "classifier"


@pytest.mark.parametrize(
    ("estimator", "target", "kind"),
    [
        (
            OneVsRestClassifier(LogisticRegression()),
            np.column_stack([SUM > 0, FRAME["c"] > 0]).astype(int),
            "multilabel",
        ),
        (KNeighborsClassifier(), np.column_stack([SUM > 0, FRAME["c"] > 0]).astype(int), "multilabel"),
        (LinearRegression(), np.column_stack([SUM, -SUM]), "multi-regressor"),
        (IsolationForest(n_estimators=5, random_state=0), None, "outlier-detector"),
        (KMeans(3, n_init=1, random_state=0), None, "clusterer"),
    ],
    ids=["labels", "label list", "values", "outliers", "clusters"],
)
def test_every_kind_keeps_parity(tried: Tried, estimator: Any, target: Any, kind: str) -> None:
    """Several labels, several values, outliers and clusters are compared and kept too."""
    fitted = estimator.fit(FRAME) if target is None else estimator.fit(FRAME, target)

    assert kept(tried(fitted))[0] == kind


def test_classifier_without_probabilities_gives_labels(tried: Tried) -> None:
    """A support vector classifier has labels alone."""
    (found,) = tried(LinearSVC().fit(FRAME, HIGH))

    assert found.kept is not None
    assert found.kept.converted.outputs == {"label": "label"}


def test_wide_rows_share_a_tensor(tried: Tried) -> None:
    """Columns that are chosen by name out of many: neighbours of one type come together, answers stay the same."""
    numbers = pd.DataFrame(DRAWS.normal(size=(60, 70)).round(2), columns=[f"c{place}" for place in range(70)])
    table = numbers.assign(word=DRAWS.choice(["a", "b"], 60))
    chosen = ColumnTransformer(
        [("words", OneHotEncoder(handle_unknown="ignore"), ["word"]), ("numbers", StandardScaler(), list(numbers))]
    )
    model = make_pipeline(chosen, LogisticRegression()).fit(table, numbers["c0"] > 0)

    kept = tried(model, table)[-1].kept

    assert kept
    assert [(entry.name, len(entry.features)) for entry in kept.inputs] == [("numbers", 70), ("words", 1)]


def own(table: Any) -> Any:
    """A function of one's own, which has no ONNX form."""
    return table


def test_a_model_of_words_alone_is_tried_in_both(tried: Tried) -> None:
    """Its sums are of numbers, whatever callers send."""
    words = pd.DataFrame({"word": np.where(SUM > 0, "x", "y").astype(object)})
    model = make_pipeline(FunctionTransformer(own), OneHotEncoder(), LinearRegression()).fit(words, SUM)
    steps: list[str] = []

    with pytest.raises(ConversionError):
        tried(model, words, steps.append)

    assert steps == ["convert in float32 and compare", "convert in float64 and compare"]


def test_a_model_that_does_not_run_has_no_time() -> None:
    """It is not this that is told of it."""
    empty = Converted(onnx.ModelProto(), Task("regressor"), {"value": "value"})

    assert row_time_us(empty, inputs_of((Feature(name="a"),)), {"a": 1.0}) is None


def differing(*sizes: float | None) -> ParityError:
    """What is raised of differences of these sizes, None for a label."""
    probe = Probe(HELD_OUT, 1, {"a": 1.0})
    return ParityError("toys/sum", 9, [Difference(probe, "value", 1.0, 2.0, size) for size in sizes])


def test_the_failure_of_fewest_labels_is_told() -> None:
    """However large the values' differences are."""
    labels, values = differing(None), differing(0.5, 0.25)

    assert _nearest([labels, values]) is values


def test_float64_that_fails_is_told_with_what_float32_lacks() -> None:
    """Both are there to mend."""
    told = _nearest([differing(0.5, 0.25), ConversionError("no such form")])

    assert str(told) == (
        "float32 is not enough (2 of 9 answers differ, the largest by 0.5), and float64 fails: no such form"
    )


def test_of_two_without_a_form_the_one_in_words_of_ours_is_told() -> None:
    """Which says what has a form."""
    theirs, own = ConversionError("KeyError: 3", is_foreign=True), ConversionError("no such form")

    assert _nearest([theirs, own]) is own
    assert _nearest([theirs, theirs]) is theirs


def test_what_is_raised_is_a_sentence_about_the_model() -> None:
    """Words of code that is not ours do not say what to do, so ours do."""
    own, theirs = ConversionError("no such form"), ConversionError("KeyError: 3", is_foreign=True)

    assert str(own.of("toys/sum")) == "toys/sum will not convert: no such form. Nothing was written."
    assert str(theirs.of("toys/sum")) == (
        "toys/sum will not convert: KeyError: 3. Nothing was written. Take another step in its place (`sparely docs "
        "what-converts` has those that convert), or convert the model to .onnx where it was fitted, and add that file."
    )


def test_a_model_of_too_many_operations_is_refused_before_it_is_opened(sum_of_inputs: Candidate) -> None:
    """Opening it would take minutes; the sentence says why there are so many."""
    converted = convert(sum_of_inputs.estimator, inputs_of(sum_of_inputs.features, "FP32"), "sum")
    converted.proto.graph.node.extend([converted.proto.graph.node[0]] * 8_000)

    with pytest.raises(ConversionError, match=r"^it becomes 800\d operations, and with more than 8000 the engine"):
        _check_nodes(converted)
