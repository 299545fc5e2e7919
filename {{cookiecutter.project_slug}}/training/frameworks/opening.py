"""First of all: a file becomes a fitted estimator."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.frameworks import boosted, catboost_file, onnx_file, pickled
from training.manifest import PACKAGES

UNPICKLING = (
    "{path} is a pickle: opening it runs whatever code was put into it. Go on only with a file that you, or "
    "someone you trust, made; a .skops file of the same model runs none."
)
PYTORCH = (
    "{path} is a PyTorch program. Turn it into ONNX where torch is installed, and give that file here:\n"
    "  uv pip install torch onnxscript\n"
    "  torch.onnx.export(program, (example,), 'model.onnx', dynamo=True, dynamic_shapes=({{0: 'n'}},))"
)


class UnknownFile(Exception):
    """The file is of no known type, or not what its name says."""


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
        UnknownFile: the suffix is not known, or the content is not a model.
        MissingPackage: the framework is not installed; the message has the command.
    """
    suffix = path.suffix.lower()
    if suffix in (".pt2", ".pt", ".pth"):
        raise UnknownFile(PYTORCH.format(path=path))
    if suffix not in OPENERS:
        raise UnknownFile(f"{path}: models are opened from {', '.join(OPENERS)} files.")
    if suffix in pickled.SUFFIXES:
        tell(UNPICKLING.format(path=path))
    estimator = _unwrapped(OPENERS[suffix](path, trusted))
    framework = _framework(estimator)
    return Opened(estimator, framework, _packages(framework))


def _unwrapped(estimator: Any) -> Any:
    """A finished search answers with the best estimator that it found."""
    return getattr(estimator, "best_estimator_", estimator)


def _framework(estimator: Any) -> str:
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    named = getattr(last, "framework", None)
    return named or NAMES.get(type(last).__module__.partition(".")[0], "scikit-learn")


def _packages(framework: str) -> tuple[str, ...]:
    extra = framework if framework in ("xgboost", "lightgbm", "catboost") else None
    return (*PACKAGES, extra) if extra and extra in sys.modules else PACKAGES


NAMES = {"xgboost": "xgboost", "lightgbm": "lightgbm", "catboost": "catboost"}

OPENERS: dict[str, Callable[[Path, Sequence[str]], Any]] = {
    **pickled.OPENERS,
    ".json": boosted.open_xgboost,
    ".ubj": boosted.open_xgboost,
    ".txt": boosted.open_lightgbm,
    ".cbm": catboost_file.open_catboost,
    ".onnx": onnx_file.open_onnx,
}
