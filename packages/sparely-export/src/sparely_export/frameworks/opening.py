"""First of all: a file becomes a fitted estimator."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_export.frameworks import boosted, onnx_file, pickled, torch_file
from sparely_export.frameworks.load_errors import Damaged, NotAModel
from sparely_export.manifest import PACKAGES
from sparely_export.refusals import WRONG_CALL, Refusal, check_readable

UNPICKLING = (
    "{path} is a pickle: opening it runs whatever code was put into it. Go on only with a file that you, or "
    "someone you trust, made; a .skops file of the same model runs none."
)
UNPACKING = (
    "{path} may hold pickled weights, and opening them runs whatever code was put into them. Go on only with a "
    "file that you, or someone you trust, made."
)
WEIGHTS = (
    "{path} holds weights, or a program in TorchScript. Save the fitted module as a program and give that here:\n"
    "  program = torch.export.export(module.eval(), (example,), dynamic_shapes=({{0: torch.export.Dim('n')}},))\n"
    "  torch.export.save(program, 'model.pt2')"
)


class UnknownFile(Refusal):
    """The file is of no known type."""

    exit_code = WRONG_CALL


class NotAnEstimator(Refusal):
    """What was given as a model does not predict."""

    exit_code = WRONG_CALL

    def __init__(self, given: Any) -> None:
        what = f"the class {given.__name__}" if isinstance(given, type) else f"a {type(given).__name__}"
        super().__init__(f"model is {what}, which has no predict to call; give a fitted estimator, or a file's path.")


@dataclass(frozen=True, slots=True)
class Opened:
    """A fitted estimator, the framework that it is of, and the packages whose versions decide its answers."""

    estimator: Any
    framework: str
    packages: tuple[str, ...]


def open_file(path: Path, *, trusted: Sequence[str] = (), tell: Callable[[str], None] = print) -> Opened:
    """
    Open a file of a fitted model.

    Args:
        trusted: types that a .skops file may hold besides those that skops knows.
        tell: takes the warning before a pickle is opened.

    Raises:
        UnknownFile: the suffix is not known.
        Unreadable: there is no such file.
        LoadError: it is damaged, of another version, or holds something else than a model.
        MissingPackage: the framework is not installed; the message has the command.
        NotABooster, InvalidOnnx, UntrustedTypes: as the opener of its suffix says.
    """
    suffix = path.suffix.lower()
    if suffix in (".pt", ".pth"):
        raise UnknownFile(WEIGHTS.format(path=path))
    if suffix not in OPENERS:
        raise UnknownFile(f"{path}: models are opened from {', '.join(OPENERS)} files.")
    check_readable(path)
    if runs_code(path):
        tell(WARNINGS[suffix].format(path=path))
    content = _opened(path, trusted)
    if not hasattr(_unwrapped(content), "predict"):
        raise NotAModel(path, content)
    return opened_estimator(content)


def opened_estimator(estimator: Any) -> Opened:
    """
    The same of an estimator that is in memory already.

    Raises:
        NotAnEstimator: it does not predict.
    """
    estimator = _unwrapped(estimator)
    if not hasattr(estimator, "predict") or isinstance(estimator, type):
        raise NotAnEstimator(estimator)
    framework = _framework(estimator)
    return Opened(estimator, framework, _packages(framework))


def runs_code(path: Path) -> bool:
    """Whether opening a file may run what was put into it."""
    return path.suffix.lower() in WARNINGS


def _opened(path: Path, trusted: Sequence[str]) -> Any:
    try:
        return OPENERS[path.suffix.lower()](path, trusted)
    except Refusal:
        raise
    except Exception as error:
        raise Damaged(path, error) from error


def _unwrapped(estimator: Any) -> Any:
    """A finished search answers with the best estimator that it found, a bare booster as an estimator would."""
    return boosted.of_booster(getattr(estimator, "best_estimator_", estimator))


def _framework(estimator: Any) -> str:
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    named = getattr(last, "framework", None)
    return named or NAMES.get(type(last).__module__.partition(".")[0], "scikit-learn")


def _packages(framework: str) -> tuple[str, ...]:
    extra = "torch" if framework == "pytorch" else framework
    return (*PACKAGES, extra) if extra in OPTIONAL and extra in sys.modules else PACKAGES


OPTIONAL = ("xgboost", "lightgbm", "catboost", "torch")
WARNINGS = {**dict.fromkeys(pickled.SUFFIXES, UNPICKLING), ".pt2": UNPACKING}
NAMES = {"xgboost": "xgboost", "lightgbm": "lightgbm", "catboost": "catboost"}

OPENERS: dict[str, Callable[[Path, Sequence[str]], Any]] = {
    **pickled.OPENERS,
    ".json": boosted.open_xgboost,
    ".ubj": boosted.open_xgboost,
    ".txt": boosted.open_lightgbm,
    ".cbm": boosted.open_catboost,
    ".pt2": torch_file.open_torch,
    ".onnx": onnx_file.open_onnx,
}
