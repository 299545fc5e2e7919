"""scikit-learn's estimators and preprocessing steps, each on data of its kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sklearn import (
    calibration,
    cluster,
    compose,
    decomposition,
    discriminant_analysis,
    ensemble,
    feature_selection,
    gaussian_process,
    impute,
    linear_model,
    mixture,
    model_selection,
    multiclass,
    multioutput,
    naive_bayes,
    neighbors,
    neural_network,
    pipeline,
    preprocessing,
    random_projection,
    svm,
    tree,
)
from sklearn.experimental import enable_iterative_imputer  # noqa: F401

from benchmarks.coverage import composed, mixed, ready, steps, tables
from benchmarks.coverage.naming import named
from benchmarks.coverage.tables import Table

SMALL_FOREST = {"n_estimators": 10, "max_depth": 4, "random_state": 0}


@dataclass(frozen=True, slots=True)
class Case:
    """One estimator, or what opens one, on one table, under the heading and the name that the page has."""

    group: str
    name: str
    estimator: Any
    table: Callable[[], Table]


def cases() -> Iterator[Case]:
    """Yield every case, in the order of the page."""
    for estimator in _classifiers():
        yield Case("Classifiers", named(estimator), estimator, tables.flowers)
    for estimator in _binary():
        yield Case("Classifiers of two classes", named(estimator), estimator, tables.tumours)
    for estimator in (naive_bayes.CategoricalNB(min_categories=400), naive_bayes.ComplementNB()):
        yield Case("Classifiers", named(estimator), estimator, tables.counted)
    for estimator in _regressors():
        yield Case("Regressors", named(estimator), estimator, tables.patients)
    for estimator in _of_several():
        yield Case("Several answers a row", named(estimator), estimator, tables.patients_of_two_targets)
    for estimator in _multilabel():
        yield Case("Several labels a row", named(estimator), estimator, tables.flowers_of_two_labels)
    for estimator in _without_target():
        yield Case("Outliers and clusters", named(estimator), estimator, tables.flowers)
    for step in _steps():
        model = pipeline.make_pipeline(step, linear_model.LogisticRegression())
        yield Case("Preprocessing steps (before a linear model)", named(step), model, tables.tumours)
    for step in (impute.SimpleImputer(strategy="median"), impute.KNNImputer(), impute.IterativeImputer()):
        model = pipeline.make_pipeline(step, linear_model.LinearRegression())
        yield Case("Preprocessing steps (before a linear model)", f"{named(step)}, with gaps", model, _with_gaps)
    for name, model in mixed.mixed():
        yield Case("Mixed columns (numbers, strings, booleans, months, gaps)", name, model, tables.mixed)
    for name, model in mixed.texts():
        yield Case("Text in one column", name, model, tables.texts)
    for rows in (composed.rows(), steps.rows(), composed.sampled()):
        for group, name, model, table in rows:
            yield Case(group, name, model, table)


def files() -> Iterator[Case]:
    """Yield every ready file, in the order of the page."""
    for group, name, opened, table in ready.rows():
        yield Case(group, name, opened, table)


def _with_gaps() -> Table:
    return tables.with_gaps(tables.patients())


def _classifiers() -> Iterator[Any]:
    yield linear_model.LogisticRegression(max_iter=500)
    yield linear_model.LogisticRegressionCV(Cs=3, use_legacy_attributes=False, scoring="neg_log_loss", l1_ratios=(0,))
    yield linear_model.RidgeClassifier()
    yield linear_model.SGDClassifier(loss="log_loss", random_state=0)
    yield pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.SGDClassifier(random_state=0))
    yield linear_model.Perceptron(random_state=0)
    yield svm.LinearSVC()
    yield svm.SVC()
    yield svm.NuSVC()
    yield tree.DecisionTreeClassifier(max_depth=4, random_state=0)
    yield tree.ExtraTreeClassifier(max_depth=4, random_state=0)
    yield ensemble.RandomForestClassifier(**SMALL_FOREST)
    yield ensemble.ExtraTreesClassifier(**SMALL_FOREST)
    yield ensemble.GradientBoostingClassifier(n_estimators=10, random_state=0)
    yield ensemble.HistGradientBoostingClassifier(max_iter=10, min_samples_leaf=5)
    yield ensemble.AdaBoostClassifier(n_estimators=10, random_state=0)
    yield ensemble.BaggingClassifier(tree.DecisionTreeClassifier(max_depth=3), n_estimators=5, random_state=0)
    yield ensemble.VotingClassifier(
        [("a", naive_bayes.GaussianNB()), ("b", tree.DecisionTreeClassifier(max_depth=2))], voting="soft"
    )
    yield ensemble.StackingClassifier(
        [("a", naive_bayes.GaussianNB()), ("b", ensemble.RandomForestClassifier(**SMALL_FOREST))]
    )
    yield naive_bayes.GaussianNB()
    yield naive_bayes.BernoulliNB(binarize=3.0)
    yield naive_bayes.MultinomialNB()
    yield neighbors.KNeighborsClassifier()
    yield neighbors.RadiusNeighborsClassifier(radius=3.0)
    yield neural_network.MLPClassifier((8,), max_iter=400, random_state=0, solver="lbfgs")
    yield discriminant_analysis.LinearDiscriminantAnalysis()
    yield discriminant_analysis.QuadraticDiscriminantAnalysis()
    yield gaussian_process.GaussianProcessClassifier(random_state=0)
    yield multiclass.OneVsRestClassifier(linear_model.LogisticRegression())
    yield multiclass.OneVsOneClassifier(linear_model.LogisticRegression())
    yield calibration.CalibratedClassifierCV(svm.LinearSVC(), cv=3)
    yield calibration.CalibratedClassifierCV(ensemble.RandomForestClassifier(**SMALL_FOREST), cv=3, method="isotonic")
    yield model_selection.GridSearchCV(tree.DecisionTreeClassifier(random_state=0), {"max_depth": [2, 3]})


def _binary() -> Iterator[Any]:
    yield linear_model.LogisticRegression(max_iter=500)
    yield svm.SVC(kernel="linear")
    yield pipeline.make_pipeline(preprocessing.StandardScaler(), svm.SVC(kernel="linear"))
    yield ensemble.RandomForestClassifier(**SMALL_FOREST)
    yield ensemble.GradientBoostingClassifier(n_estimators=10, random_state=0)
    yield ensemble.HistGradientBoostingClassifier(max_iter=10)
    yield calibration.CalibratedClassifierCV(ensemble.GradientBoostingClassifier(n_estimators=5, random_state=0), cv=3)
    yield ensemble.StackingClassifier(
        [("a", tree.DecisionTreeClassifier(max_depth=3)), ("b", naive_bayes.GaussianNB())]
    )
    yield pipeline.make_pipeline(preprocessing.StandardScaler(), ensemble.RandomForestClassifier(**SMALL_FOREST))


def _regressors() -> Iterator[Any]:
    yield linear_model.LinearRegression()
    yield linear_model.Ridge()
    yield linear_model.RidgeCV()
    yield linear_model.Lasso()
    yield linear_model.LassoCV(alphas=5)
    yield linear_model.ElasticNet()
    yield linear_model.BayesianRidge()
    yield linear_model.ARDRegression()
    yield linear_model.HuberRegressor(max_iter=1000)
    yield linear_model.TheilSenRegressor(random_state=0, max_subpopulation=200)
    yield linear_model.RANSACRegressor(random_state=0)
    yield linear_model.QuantileRegressor()
    yield linear_model.PoissonRegressor(max_iter=1000)
    yield linear_model.GammaRegressor(max_iter=1000)
    yield linear_model.TweedieRegressor(power=1.5, max_iter=1000)
    yield linear_model.Lars()
    yield linear_model.OrthogonalMatchingPursuit()
    yield pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.SGDRegressor(random_state=0))
    yield svm.SVR()
    yield svm.LinearSVR(max_iter=50000)
    yield svm.NuSVR()
    yield tree.DecisionTreeRegressor(max_depth=4, random_state=0)
    yield ensemble.RandomForestRegressor(**SMALL_FOREST)
    yield ensemble.ExtraTreesRegressor(**SMALL_FOREST)
    yield ensemble.GradientBoostingRegressor(n_estimators=20, random_state=0)
    yield ensemble.HistGradientBoostingRegressor(max_iter=20)
    yield ensemble.HistGradientBoostingRegressor(max_iter=10, loss="poisson")
    yield ensemble.AdaBoostRegressor(n_estimators=10, random_state=0)
    yield ensemble.BaggingRegressor(n_estimators=5, random_state=0)
    yield ensemble.VotingRegressor([("a", linear_model.Ridge()), ("b", tree.DecisionTreeRegressor(max_depth=3))])
    yield ensemble.StackingRegressor([("a", linear_model.Ridge()), ("b", tree.DecisionTreeRegressor(max_depth=3))])
    yield neighbors.KNeighborsRegressor()
    yield pipeline.make_pipeline(
        preprocessing.StandardScaler(),
        neural_network.MLPRegressor(hidden_layer_sizes=(8,), max_iter=500, random_state=0, solver="lbfgs"),
    )
    yield gaussian_process.GaussianProcessRegressor(alpha=1.0)
    yield compose.TransformedTargetRegressor(linear_model.Ridge())


def _of_several() -> Iterator[Any]:
    yield linear_model.LinearRegression()
    yield linear_model.MultiTaskLasso()
    yield tree.DecisionTreeRegressor(max_depth=4, random_state=0)
    yield ensemble.RandomForestRegressor(**SMALL_FOREST)
    yield neighbors.KNeighborsRegressor()
    yield multioutput.MultiOutputRegressor(ensemble.GradientBoostingRegressor(n_estimators=5, random_state=0))


def _multilabel() -> Iterator[Any]:
    yield tree.DecisionTreeClassifier(max_depth=1, random_state=0)
    yield ensemble.RandomForestClassifier(**SMALL_FOREST)
    yield neighbors.KNeighborsClassifier()
    yield neural_network.MLPClassifier((8,), max_iter=400, random_state=0, solver="lbfgs")
    yield multiclass.OneVsRestClassifier(linear_model.LogisticRegression())
    yield multioutput.MultiOutputClassifier(linear_model.LogisticRegression())


def _without_target() -> Iterator[Any]:
    yield ensemble.IsolationForest(n_estimators=10, random_state=0)
    yield svm.OneClassSVM(nu=0.1)
    yield neighbors.LocalOutlierFactor(novelty=True)
    yield linear_model.SGDOneClassSVM(random_state=0)
    yield cluster.KMeans(3, n_init=2, random_state=0)
    yield cluster.MiniBatchKMeans(3, n_init=2, random_state=0)
    yield mixture.GaussianMixture(3, random_state=0)
    yield mixture.BayesianGaussianMixture(n_components=3, random_state=0)


def _steps() -> Iterator[Any]:
    yield preprocessing.StandardScaler()
    yield preprocessing.MinMaxScaler()
    yield preprocessing.MaxAbsScaler()
    yield preprocessing.RobustScaler()
    yield preprocessing.Normalizer()
    yield preprocessing.Binarizer(threshold=15.0)
    yield preprocessing.PolynomialFeatures(2)
    yield preprocessing.PowerTransformer()
    yield preprocessing.QuantileTransformer(n_quantiles=20, random_state=0)
    yield preprocessing.KBinsDiscretizer(4, encode="onehot-dense", quantile_method="averaged_inverted_cdf")
    yield preprocessing.SplineTransformer()
    yield decomposition.PCA(3)
    yield decomposition.TruncatedSVD(3, random_state=0)
    yield decomposition.KernelPCA(3, kernel="rbf", random_state=0)
    yield random_projection.GaussianRandomProjection(3, random_state=0)
    yield feature_selection.SelectKBest(k=3)
    yield feature_selection.VarianceThreshold(1.0)
    yield feature_selection.RFE(linear_model.LogisticRegression(), n_features_to_select=3)
    yield feature_selection.SelectFromModel(linear_model.LogisticRegression())
    yield pipeline.make_union(preprocessing.StandardScaler(), decomposition.PCA(2))
