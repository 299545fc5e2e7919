"""Estimators made of others, and imbalanced-learn's pipelines."""

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

from sklearn import (
    calibration,
    ensemble,
    linear_model,
    model_selection,
    multiclass,
    multioutput,
    naive_bayes,
    neighbors,
    neural_network,
    pipeline,
    preprocessing,
    svm,
    tree,
)

from benchmarks.coverage import tables
from benchmarks.coverage.tables import Table

type Row = tuple[str, str, Any, Callable[[], Table]]

FOREST = {"n_estimators": 10, "max_depth": 4, "random_state": 0}


def scaled(estimator: Any) -> Any:
    """A scaler in front, as most tutorials show."""
    return pipeline.make_pipeline(preprocessing.StandardScaler(), estimator)


def logistic() -> Any:
    """The plain classifier behind whatever a row is about."""
    return linear_model.LogisticRegression(max_iter=1000)


def forest() -> Any:
    """A small forest."""
    return ensemble.RandomForestClassifier(**FOREST)


def votes() -> list[tuple[str, Any]]:
    """Members of ensembles."""
    return [("line", scaled(logistic())), ("trees", forest())]


def rows() -> Iterator[Row]:
    """Yield group, name, estimator and table, in the order of the page."""
    for part in (_scaled, _calibrated, _deciding, _ensembles):
        yield from part()


def _scaled() -> Iterator[Row]:
    group = "Behind a StandardScaler"
    boosting = ensemble.GradientBoostingClassifier(n_estimators=10, random_state=0)
    for name, estimator in {
        "GradientBoostingClassifier": boosting,
        "HistGradientBoostingClassifier": ensemble.HistGradientBoostingClassifier(max_iter=10),
        "AdaBoostClassifier": ensemble.AdaBoostClassifier(n_estimators=10, random_state=0),
        "ExtraTreesClassifier": ensemble.ExtraTreesClassifier(**FOREST),
        "DecisionTreeClassifier": tree.DecisionTreeClassifier(max_depth=4, random_state=0),
        "BaggingClassifier": ensemble.BaggingClassifier(n_estimators=5, random_state=0),
        "OneVsRestClassifier of GradientBoostingClassifier": multiclass.OneVsRestClassifier(boosting),
        "OneVsOneClassifier of LinearSVC": multiclass.OneVsOneClassifier(svm.LinearSVC()),
        "SGDClassifier (log_loss)": linear_model.SGDClassifier(loss="log_loss", random_state=0),
        "SGDClassifier (modified_huber)": linear_model.SGDClassifier(loss="modified_huber", random_state=0),
        "KNeighborsClassifier (distance)": neighbors.KNeighborsClassifier(weights="distance"),
        "RadiusNeighborsClassifier": neighbors.RadiusNeighborsClassifier(radius=5.0),
        "RadiusNeighborsClassifier (outlier_label)": neighbors.RadiusNeighborsClassifier(
            radius=0.5, outlier_label="most_frequent"
        ),
        "RandomTreesEmbedding and LogisticRegression": pipeline.make_pipeline(
            ensemble.RandomTreesEmbedding(n_estimators=3, max_depth=3, random_state=0), logistic()
        ),
    }.items():
        yield group, name, scaled(estimator), tables.flowers
    for name, estimator in {
        "GradientBoostingRegressor": ensemble.GradientBoostingRegressor(n_estimators=10, random_state=0),
        "RandomForestRegressor": ensemble.RandomForestRegressor(**FOREST),
        "AdaBoostRegressor": ensemble.AdaBoostRegressor(n_estimators=10, random_state=0),
        "BaggingRegressor": ensemble.BaggingRegressor(n_estimators=5, random_state=0),
        "HistGradientBoostingRegressor": ensemble.HistGradientBoostingRegressor(max_iter=10),
        "GradientBoostingRegressor from a line (init)": ensemble.GradientBoostingRegressor(
            n_estimators=5, random_state=0, init=linear_model.LinearRegression()
        ),
        "KNeighborsRegressor (distance)": neighbors.KNeighborsRegressor(weights="distance"),
        "RadiusNeighborsRegressor": neighbors.RadiusNeighborsRegressor(radius=5.0),
    }.items():
        yield group, name, scaled(estimator), tables.patients
    several = multioutput.MultiOutputRegressor(ensemble.GradientBoostingRegressor(n_estimators=5, random_state=0))
    yield group, "MultiOutputRegressor of GradientBoostingRegressor", scaled(several), tables.patients_of_two_targets
    yield (
        group,
        "RegressorChain",
        scaled(multioutput.RegressorChain(linear_model.Ridge())),
        tables.patients_of_two_targets,
    )
    for name, estimator in {
        "RandomForestClassifier, two labels": forest(),
        "ClassifierChain": multioutput.ClassifierChain(logistic()),
        "MultiOutputClassifier of RandomForestClassifier": multioutput.MultiOutputClassifier(forest()),
    }.items():
        yield group, name, scaled(estimator), tables.flowers_of_two_labels
    for name, estimator in {
        "RandomForestClassifier, a label of one value": forest(),
        "KNeighborsClassifier, a label of one value": neighbors.KNeighborsClassifier(3),
        "MultiOutputClassifier of DecisionTreeClassifier, a label of one value": multioutput.MultiOutputClassifier(
            tree.DecisionTreeClassifier(max_depth=3, random_state=0)
        ),
    }.items():
        yield group, name, scaled(estimator), tables.flowers_of_one_value
    for name, estimator in {
        "RadiusNeighborsClassifier (distance)": neighbors.RadiusNeighborsClassifier(2.0, weights="distance"),
        "RadiusNeighborsClassifier (manhattan)": neighbors.RadiusNeighborsClassifier(4.0, metric="manhattan"),
    }.items():
        yield group, name, scaled(estimator), tables.flowers
    within = neighbors.RadiusNeighborsRegressor(3.0, weights="distance")
    yield group, "RadiusNeighborsRegressor (distance)", scaled(within), tables.patients
    histogram = ensemble.HistGradientBoostingClassifier(max_iter=10, categorical_features="from_dtype")
    yield (
        "Columns and encoders",
        "HistGradientBoostingClassifier (category with gaps)",
        histogram,
        tables.tumours_by_words_with_gaps,
    )


def _calibrated() -> Iterator[Row]:
    inner = {
        "LogisticRegression": logistic(),
        "LinearSVC": svm.LinearSVC(),
        "SVC": svm.SVC(),
        "GaussianNB": naive_bayes.GaussianNB(),
        "RandomForestClassifier": forest(),
        "GradientBoostingClassifier": ensemble.GradientBoostingClassifier(n_estimators=5, random_state=0),
        "HistGradientBoostingClassifier": ensemble.HistGradientBoostingClassifier(max_iter=5),
        "MLPClassifier": neural_network.MLPClassifier((4,), solver="lbfgs", max_iter=200, random_state=0),
    }
    for method in ("sigmoid", "isotonic", "temperature"):
        for name, estimator in inner.items():
            model = calibration.CalibratedClassifierCV(estimator, cv=2, method=method)
            yield f"CalibratedClassifierCV ({method})", name, scaled(model), tables.tumours
    model = calibration.CalibratedClassifierCV(scaled(forest()), cv=2, ensemble=False)
    yield "CalibratedClassifierCV (sigmoid)", "pipeline, ensemble=False, three classes", model, tables.flowers


def _deciding() -> Iterator[Row]:
    group = "Thresholds of one's own"
    fixed = model_selection.FixedThresholdClassifier(scaled(logistic()), threshold=0.2)
    yield group, "FixedThresholdClassifier", fixed, tables.tumours
    raw = model_selection.FixedThresholdClassifier(
        scaled(svm.LinearSVC()), threshold=0.3, response_method="decision_function", pos_label=0
    )
    yield group, "FixedThresholdClassifier of LinearSVC, the other class", raw, tables.tumours
    yield (
        group,
        "TunedThresholdClassifierCV",
        model_selection.TunedThresholdClassifierCV(forest(), cv=2),
        tables.tumours,
    )


def _ensembles() -> Iterator[Row]:
    group = "Ensembles of pipelines"
    soft = ensemble.VotingClassifier(votes(), voting="soft", weights=[2, 1])
    yield group, "VotingClassifier (soft, list of weights)", soft, tables.flowers
    yield group, "VotingClassifier (hard)", ensemble.VotingClassifier(votes()), tables.flowers
    yield group, "StackingClassifier", ensemble.StackingClassifier(votes(), cv=2), tables.flowers
    passed = ensemble.StackingClassifier(votes(), cv=2, passthrough=True)
    yield group, "StackingClassifier (passthrough)", passed, tables.tumours
    members = [("line", scaled(linear_model.Ridge())), ("trees", ensemble.RandomForestRegressor(**FOREST))]
    yield group, "VotingRegressor (weights)", ensemble.VotingRegressor(members, weights=[1, 2]), tables.patients
    yield group, "StackingRegressor", ensemble.StackingRegressor(members, cv=2), tables.patients
    bag = ensemble.BaggingClassifier(
        ensemble.HistGradientBoostingClassifier(max_iter=3), n_estimators=3, random_state=0
    )
    yield group, "BaggingClassifier of HistGradientBoostingClassifier", bag, tables.tumours


def sampled() -> Iterator[Row]:
    """Yield imbalanced-learn's, where it is installed."""
    if not importlib.util.find_spec("imblearn"):
        return
    from imblearn import ensemble as balanced
    from imblearn import over_sampling, under_sampling
    from imblearn.pipeline import make_pipeline

    group = "imbalanced-learn"
    for name, sampler in {
        "SMOTE": over_sampling.SMOTE(random_state=0, k_neighbors=3),
        "RandomOverSampler": over_sampling.RandomOverSampler(random_state=0),
        "RandomUnderSampler": under_sampling.RandomUnderSampler(random_state=0),
        "TomekLinks": under_sampling.TomekLinks(),
    }.items():
        yield (
            group,
            f"{name} in its pipeline",
            make_pipeline(preprocessing.StandardScaler(), sampler, forest()),
            tables.tumours,
        )
    yield group, "BalancedRandomForestClassifier", balanced.BalancedRandomForestClassifier(**FOREST), tables.tumours
    yield (
        group,
        "BalancedBaggingClassifier",
        balanced.BalancedBaggingClassifier(n_estimators=3, random_state=0),
        tables.tumours,
    )
    yield group, "RUSBoostClassifier", balanced.RUSBoostClassifier(n_estimators=5, random_state=0), tables.tumours
