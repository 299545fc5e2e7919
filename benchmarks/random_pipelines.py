"""`python -m benchmarks.random_pipelines`: pipelines composed by chance, each through the gate of an export."""

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn import (
    calibration,
    compose,
    decomposition,
    ensemble,
    feature_selection,
    impute,
    linear_model,
    multiclass,
    naive_bayes,
    neighbors,
    neural_network,
    preprocessing,
    svm,
    tree,
)
from sklearn.pipeline import FeatureUnion, make_pipeline

from benchmarks.coverage.trial import CARD
from sparely_export.bundle import prepare
from sparely_export.candidate import Candidate
from sparely_export.describing import describe
from sparely_export.parity import ParityError
from sparely_export.precheck import WillNotConvert, problems_of
from sparely_export.refusals import Refusal
from sparely_export.rows import to_rows
from sparely_export.steps import chooses_by_name

FITTED, OWN = 150, 200
NUMBERS, WORDS = ["nights", "price", "lead"], ["channel", "room"]

type Make = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one pipeline: equal, refused, differs or broken, and the sentence where it is not equal."""

    seed: int
    verdict: str
    steps: str
    sentence: str = ""


def bookings(random: np.random.Generator, count: int) -> pd.DataFrame:
    """Numbers, one of them with gaps, and words."""
    price = random.lognormal(4.6, 0.4, count).round(2)
    return pd.DataFrame(
        {
            "nights": random.integers(1, 15, count),
            "price": np.where(random.random(count) < 0.1, np.nan, price),
            "lead": random.gamma(2, 25, count).round(1),
            "channel": random.choice(["web", "agency", "phone", "fax"], count, p=[0.5, 0.3, 0.15, 0.05]),
            "room": random.choice(["single", "double", "suite"], count),
        }
    )


def targets(random: np.random.Generator, frame: pd.DataFrame) -> dict[str, Any]:
    """Two classes, three classes and a number that depend on the columns, with noise."""
    pull = frame["lead"] / 40 + (frame["channel"] == "agency") - frame["nights"] / 8 + random.normal(0, 0.5, len(frame))
    pull = (pull - pull.median()).to_numpy()
    return {
        "two": np.where(pull > 0, "cancelled", "stayed"),
        "three": np.array(["low", "middle", "top"])[np.digitize(pull, [-0.5, 0.5])],
        "number": (200 + 40 * pull).round(2),
    }


STEPS: Sequence[Make] = (
    preprocessing.StandardScaler,
    preprocessing.RobustScaler,
    preprocessing.MinMaxScaler,
    preprocessing.MaxAbsScaler,
    lambda: preprocessing.KBinsDiscretizer(4, quantile_method="averaged_inverted_cdf"),
    lambda: preprocessing.KBinsDiscretizer(3, encode="ordinal", strategy="uniform"),
    lambda: preprocessing.QuantileTransformer(n_quantiles=20),
    lambda: preprocessing.QuantileTransformer(n_quantiles=20, output_distribution="normal"),
    preprocessing.PowerTransformer,
    preprocessing.SplineTransformer,
    lambda: preprocessing.PolynomialFeatures(2),
    lambda: preprocessing.FunctionTransformer(np.cbrt),
    lambda: preprocessing.FunctionTransformer(np.abs),
    lambda: decomposition.PCA(2),
    lambda: feature_selection.SelectKBest(k=2),
    lambda: FeatureUnion([("scaled", preprocessing.StandardScaler()), ("parts", decomposition.PCA(1))]),
)
ENCODERS: Sequence[Make] = (
    lambda: preprocessing.OneHotEncoder(handle_unknown="ignore"),
    lambda: preprocessing.OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=0.1),
    lambda: preprocessing.OneHotEncoder(drop="first", handle_unknown="ignore"),
    lambda: preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    lambda: preprocessing.TargetEncoder(cv=2, random_state=0),
)
SMALL: dict[str, Any] = {"n_estimators": 5, "max_depth": 3, "random_state": 0}
CLASSIFIERS: Sequence[Make] = (
    lambda: linear_model.LogisticRegression(max_iter=500),
    lambda: tree.DecisionTreeClassifier(max_depth=3, random_state=0),
    lambda: ensemble.RandomForestClassifier(**SMALL),
    lambda: ensemble.ExtraTreesClassifier(**SMALL),
    lambda: ensemble.GradientBoostingClassifier(**SMALL),
    lambda: ensemble.HistGradientBoostingClassifier(max_iter=5),
    lambda: ensemble.AdaBoostClassifier(n_estimators=4, random_state=0),
    naive_bayes.GaussianNB,
    svm.LinearSVC,
    neighbors.KNeighborsClassifier,
    lambda: neural_network.MLPClassifier((4,), max_iter=50, solver="lbfgs", random_state=0),
)
REGRESSORS: Sequence[Make] = (
    linear_model.Ridge,
    lambda: linear_model.ElasticNet(alpha=0.1),
    lambda: tree.DecisionTreeRegressor(max_depth=3, random_state=0),
    lambda: ensemble.RandomForestRegressor(**SMALL),
    lambda: ensemble.GradientBoostingRegressor(**SMALL),
    lambda: ensemble.HistGradientBoostingRegressor(max_iter=5),
    lambda: ensemble.AdaBoostRegressor(n_estimators=4, random_state=0),
    lambda: neighbors.KNeighborsRegressor(weights="distance"),
)


def composed(random: np.random.Generator) -> tuple[Any, str]:
    """A pipeline, and the target that it learns."""

    def one(options: Sequence[Make]) -> Any:
        return options[int(random.integers(len(options)))]()

    steps = [one(STEPS) for _ in range(int(random.integers(0, 3)))]
    filled = impute.SimpleImputer(strategy="median", add_indicator=bool(random.random() < 0.3))
    parts = [("numbers", make_pipeline(filled, *steps), NUMBERS)]
    if random.random() < 0.7:
        parts.append(("words", one(ENCODERS), WORDS))
    target = ["two", "three", "number"][int(random.integers(3))]
    final = _regressor(random, one) if target == "number" else _classifier(random, one)
    return make_pipeline(compose.ColumnTransformer(parts, sparse_threshold=0), final), target


def _classifier(random: np.random.Generator, one: Callable[[Sequence[Make]], Any]) -> Any:
    kind, inner = int(random.integers(8)), one(CLASSIFIERS)
    if kind == 0:
        method = ["sigmoid", "isotonic"][int(random.integers(2))]
        return calibration.CalibratedClassifierCV(inner, cv=2, method=method)
    if kind == 1:
        return ensemble.VotingClassifier([("a", inner), ("b", one(CLASSIFIERS))])
    if kind == 2:
        return ensemble.StackingClassifier([("a", inner), ("b", one(CLASSIFIERS))], cv=2)
    if kind == 3:
        return multiclass.OneVsRestClassifier(inner)
    if kind == 4:
        return ensemble.BaggingClassifier(inner, n_estimators=2, random_state=0)
    return inner


def _regressor(random: np.random.Generator, one: Callable[[Sequence[Make]], Any]) -> Any:
    kind, inner = int(random.integers(6)), one(REGRESSORS)
    if kind == 0:
        return compose.TransformedTargetRegressor(inner, func=np.log1p, inverse_func=np.expm1)
    if kind == 1:
        return ensemble.VotingRegressor([("a", inner), ("b", one(REGRESSORS))], weights=[2, 1])
    if kind == 2:
        return ensemble.BaggingRegressor(inner, n_estimators=2, random_state=0)
    return inner


def tried(seed: int) -> Result:
    """Compose, fit, convert and compare one pipeline on rows of its own; what does not even fit is drawn again."""
    random = np.random.default_rng(seed)
    frame = bookings(random, FITTED + OWN)
    answers = targets(random, frame)
    while True:
        model, target = composed(random)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                model.fit(frame[:FITTED], answers[target][:FITTED])
                model.predict(frame)
            except (ValueError, FloatingPointError):
                continue
            return _judged(seed, model, frame)


def _judged(seed: int, model: Any, frame: pd.DataFrame) -> Result:
    steps = " ".join(str(model).split())
    try:
        problems = problems_of(model)
        if problems:
            raise WillNotConvert("trials/trial", problems)
        described = describe(model, frame[:FITTED])
        candidate = Candidate(
            card=CARD,
            estimator=model,
            features=described.features,
            training_rows=described.rows,
            held_out_rows=to_rows(frame[FITTED:]),
            by_column=chooses_by_name(model),
        )
        prepare(candidate)
    except ParityError as error:
        return Result(seed, "differs", steps, str(error))
    except Refusal as error:
        return Result(seed, "refused", steps, str(error))
    except Exception as error:  # what this is here to find
        return Result(seed, "broken", steps, f"{type(error).__name__}: {error}")
    return Result(seed, "equal", steps)


def run(seeds: Sequence[int]) -> Iterator[Result]:
    """Try one pipeline a seed."""
    yield from map(tried, seeds)


def main() -> None:
    """Tell how many of them agree, and show the others."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.random_pipelines", description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    started = time.monotonic()
    for result in run(range(options.first, options.first + options.count)):
        counts[result.verdict] += 1
        if result.verdict != "equal":
            print(f"{result.seed} {result.verdict}: {result.sentence[:400]}\n  {result.steps[:400]}", flush=True)
    print(f"{dict(counts)} of {options.count} in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
