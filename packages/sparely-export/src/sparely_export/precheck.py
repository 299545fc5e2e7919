"""Before any conversion: which steps have no ONNX form, and what to do about each."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from sparely_export.converters import assembling as _  # noqa: F401 - enters all forms
from sparely_export.converters import measuring
from sparely_export.converters.boosting import CLASSIFIERS, OTHERS
from sparely_export.converters.functions import FORMS, form_name, takes
from sparely_export.converters.leaves import supported
from sparely_export.converters.registry import KNOWN, NoForm, knows, name_of
from sparely_export.refusals import Refusal
from sparely_export.steps import walk
from sparely_export.trees.ensemble import UnsupportedTrees
from sparely_export.trees.reading import ensemble_of

INSTEAD = {
    "EllipticEnvelope": "use IsolationForest or OneClassSVM",
    "KernelRidge": "use SVR or GaussianProcessRegressor",
    "NearestCentroid": "use KNeighborsClassifier",
    "RBFSampler": "use SVC or SVR with the kernel itself",
    "OutputCodeClassifier": "use OneVsRestClassifier",
    "LabelPropagation": "use KNeighborsClassifier",
    "LabelSpreading": "use KNeighborsClassifier",
    "Birch": "use KMeans",
    "AffinityPropagation": "use KMeans",
    "MeanShift": "use KMeans",
    "BisectingKMeans": "use KMeans",
    "HashingVectorizer": "use TfidfVectorizer or CountVectorizer, which keep their words",
    "FeatureHasher": "use OneHotEncoder, which keeps its words",
    "NMF": "use PCA or TruncatedSVD",
    "SparsePCA": "use PCA or TruncatedSVD",
    "MiniBatchSparsePCA": "use PCA or TruncatedSVD",
    "DictionaryLearning": "use PCA or TruncatedSVD",
    "MiniBatchDictionaryLearning": "use PCA or TruncatedSVD",
    "FeatureAgglomeration": "use PCA or SelectKBest",
    "LatentDirichletAllocation": "use TruncatedSVD",
    "MiniBatchNMF": "use PCA or TruncatedSVD",
    "Isomap": "use PCA or KernelPCA",
    "LocallyLinearEmbedding": "use PCA or KernelPCA",
    "BernoulliRBM": "use PCA, or MLPClassifier for the whole",
    "CCA": "use PLSRegression",
    "PLSCanonical": "use PLSRegression",
    "AdditiveChi2Sampler": "use Nystroem with its default kernel",
    "SkewedChi2Sampler": "use Nystroem with its default kernel",
    "PolynomialCountSketch": "use PolynomialFeatures",
    "RadiusNeighborsTransformer": "use RadiusNeighborsClassifier or RadiusNeighborsRegressor",
    "DummyClassifier": "answer a constant without a model",
    "DummyRegressor": "answer a constant without a model",
}

REFUSED = {
    "IterativeImputer": (
        "it fits a model a column and asks them in turns, which has no ONNX form",
        "use SimpleImputer",
    ),
    "KNNImputer": ("its ONNX form ends the process in the engine that ships", "use SimpleImputer"),
    "HashingVectorizer": ("it hashes words in sparse columns, which has no ONNX form", INSTEAD["HashingVectorizer"]),
    "FeatureHasher": ("it hashes words in sparse columns, which has no ONNX form", INSTEAD["FeatureHasher"]),
    "DictVectorizer": (
        "it takes dictionaries, and a model's rows are columns",
        "use OneHotEncoder in a ColumnTransformer",
    ),
}
"""What skl2onnx says it converts and does not, or not to what runs: the reason, and what to do."""

LIBRARIES = {
    "category_encoders": ("category_encoders", "use scikit-learn's OneHotEncoder, OrdinalEncoder or TargetEncoder"),
    "feature_engine": ("feature_engine", "use scikit-learn's own steps in a ColumnTransformer"),
    "sklearn_pandas": ("sklearn_pandas", "use scikit-learn's ColumnTransformer"),
    "tensorflow": ("TensorFlow", "save it as .onnx (tf2onnx), and give that file"),
    "keras": ("Keras", "save it as .onnx (model.export), and give that file"),
    "statsmodels": ("statsmodels", "use scikit-learn's LinearRegression, LogisticRegression or PoissonRegressor"),
    "sksurv": ("scikit-survival", 'use XGBoost with objective="survival:cox"'),
    "lifelines": ("lifelines", 'use XGBoost with objective="survival:cox"'),
    "ngboost": ("NGBoost", "use HistGradientBoostingRegressor, with loss=quantile for intervals"),
    "interpret": ("interpret", "use HistGradientBoostingClassifier or LogisticRegression with SplineTransformer"),
    "pygam": ("pyGAM", "use SplineTransformer with a linear model"),
    "prophet": ("Prophet", "use HistGradientBoostingRegressor on columns of the date"),
    "tabpfn": ("TabPFN", "use HistGradientBoostingClassifier"),
    "skorch": ("skorch", "save its module_ with torch.export, and give the .pt2 file"),
    "torch": ("a module of PyTorch in a pickle", "save it with torch.export, and give the .pt2 file"),
    "h2o": ("H2O", "use XGBoost or LightGBM"),
    "sklego": ("scikit-lego", "use scikit-learn's own steps"),
    "mapie": ("MAPIE", "use HistGradientBoostingRegressor with loss=quantile for intervals"),
}
"""Libraries by the package of their classes: what people call them, and the nearest that is supported."""

SHOWN = ("log1p", "log", "exp", "sqrt", "square", "abs", "sin", "cos", "clip")


BOOSTED = frozenset((*CLASSIFIERS, *OTHERS))


@dataclass(frozen=True, slots=True)
class Problem:
    """One step that will not convert, why, and what would."""

    step: str
    reason: str
    advice: str

    def __str__(self) -> str:
        return f'step "{self.step}": {self.reason}; {self.advice}.'


class WillNotConvert(Refusal):
    """Some steps have no ONNX form."""

    def __init__(self, model: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [f"{model} will not convert. Nothing was written.", *(f"  {each}" for each in problems)]
        super().__init__("\n".join(lines))


def problems_of(estimator: Any) -> list[Problem]:
    """List every step that will not convert, in the order of the pipeline."""
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return [Problem(type(estimator).__name__, "it is not fitted", "call fit before saving it")]
    except TypeError:  # it has no fit, as what was read from a booster's file
        pass
    backwards = _backwards(estimator)
    return [problem for name, step in walk(estimator) for problem in _problems(name, step, backwards)]


def _backwards(estimator: Any) -> set[int]:
    """The steps that a target goes through: of a function of it, its inverse alone is computed when asked."""
    return {
        id(step)
        for _name, each in walk(estimator)
        if type(each).__name__ == "TransformedTargetRegressor"
        for _name, step in walk(each.transformer_)
    }


def _problems(name: str, step: Any, backwards: Collection[int]) -> Iterator[Problem]:
    kind = type(step).__name__
    if kind == "FunctionTransformer":
        is_back = id(step) in backwards
        function, arguments = (step.inverse_func, step.inv_kw_args) if is_back else (step.func, step.kw_args)
        yield from _function(name, function, arguments)
    elif name_of(step) in BOOSTED:
        yield from _unreadable_trees(name, step)
    elif name_of(step) in measuring.NEIGHBOURS:
        yield from _unmeasured(name, step)
    elif kind in REFUSED:
        yield Problem(name, *REFUSED[kind])
    elif not any(knows(step, asked) for asked in KNOWN) and not supported(step):
        yield _no_converter(name, step)


def _unmeasured(name: str, step: Any) -> Iterator[Problem]:
    """What is asked of neighbours first, what they refuse, may take minutes."""
    try:
        if not measuring.is_plain(step):
            measuring.check_distances(step)
    except NoForm as error:
        reason, _, advice = str(error).partition("; ")
        yield Problem(name, reason, advice)


def _function(name: str, function: Any, arguments: Mapping[str, Any] | None) -> Iterator[Problem]:
    if function is None:
        return
    called = getattr(function, "__name__", repr(function))
    if form_name(function) not in FORMS:
        yield Problem(
            name,
            f"it is a FunctionTransformer that calls {called}, and ONNX holds no Python",
            "compute that column before the pipeline (steps.py), or use a function of numpy of each number "
            f"({', '.join(SHOWN)}, ...)",
        )
    elif not takes(function, arguments):
        given = ", ".join(f"{argument}={value!r}" for argument, value in (arguments or {}).items())
        yield Problem(
            name,
            f"it is a FunctionTransformer that calls {called} with {given}, which has no ONNX form",
            "leave the argument out, or compute that column before the pipeline (steps.py)",
        )


def _no_converter(name: str, step: Any) -> Problem:
    kind, package = type(step).__name__, type(step).__module__.partition(".")[0]
    if package == "sklearn":
        advice = INSTEAD.get(kind, "use one from the tables of `sparely docs what-converts`")
        return Problem(name, f"scikit-learn's {kind} has no converter", advice)
    if package in LIBRARIES:
        return Problem(name, f"{LIBRARIES[package][0]} is not supported", LIBRARIES[package][1])
    return Problem(
        name,
        f"{kind} is a class of {type(step).__module__}, and ONNX holds no Python",
        "do its work before the pipeline, or with scikit-learn's own steps",
    )


def _unreadable_trees(name: str, step: Any) -> Iterator[Problem]:
    try:
        ensemble_of(step)
    except UnsupportedTrees as error:
        reason, _, advice = str(error).partition("; ")
        yield Problem(name, reason, advice or "train it with one of those")
    except Exception as error:
        text = " ".join(str(error).split())[:200]
        yield Problem(
            name,
            f"its trees cannot be read ({type(error).__name__}: {text})",
            "save it again with the version that fitted it",
        )
