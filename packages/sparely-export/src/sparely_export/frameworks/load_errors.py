"""Why a file of a model did not open, in a sentence that says what would."""

import mmap
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sklearn
from sklearn.exceptions import InconsistentVersionWarning

from sparely_export.refusals import INSTALLABLE, MissingPackage, Refusal

SAVED_WITH = re.compile(rb"_sklearn_version.{1,6}?(\d+\.\d+[\w.]*)", re.DOTALL)
"""Where a pickle that is not compressed tells the scikit-learn that wrote it."""

UNSURE = "what it answers here may not be what it answered there. Fit it again with this version, to be sure."

LOST = (
    re.compile(r"Can't get attribute '(?P<name>.+)' on <module '(?P<module>[\w.]+)'"),
    re.compile(r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>.+)'"),
)
"""What unpickling says of a name that its module has not: until Python 3.13, and since."""


class LoadError(Refusal):
    """The file holds no model that can be opened here."""


class NotAModel(LoadError):
    """What the file holds does not predict."""

    def __init__(self, path: Path, content: Any) -> None:
        items: list[tuple[Any, Any]] = [*content.items()] if isinstance(content, dict) else []
        if isinstance(content, list | tuple):
            items = [*enumerate(content)]
        models = [f"[{key!r}] is a {type(value).__name__}" for key, value in items if hasattr(value, "predict")]
        super().__init__(
            f"{path} holds a {type(content).__name__}, not a fitted model: it has no predict. "
            f"{f'Its {models[0]}: save' if models else 'Save'} the fitted estimator, or the whole pipeline, by itself."
        )


class Damaged(LoadError):
    """The file is cut short, or is not what its name says."""

    def __init__(self, path: Path, error: Exception) -> None:
        text = " ".join(str(error).split())[:200]
        words = f"{type(error).__name__}: {text}" if text else type(error).__name__
        super().__init__(
            f"{path} ({path.stat().st_size} bytes) is no {path.suffix} file that can be opened, or is cut short "
            f"({words}). Save the model again, and copy it whole."
        )


class OtherVersion(LoadError):
    """Another scikit-learn has saved the file."""

    def __init__(self, path: Path, saved_with: str | None) -> None:
        here = f"scikit-learn {sklearn.__version__}"
        super().__init__(
            f"{path} was saved with {_called(saved_with)}, and {here} here does not open it. "
            f"Fit the model again with {here}, which {sys.executable} has, and save that; "
            "or export it where it was fitted, by sparely_export.export, and add that file."
        )


class ForeignCode(LoadError):
    """The pickle needs code that is neither here nor of a package known to be convertible."""

    def __init__(self, path: Path, needed: str) -> None:
        super().__init__(
            f"{path} needs {needed}, which is not here. A pickle holds only the names of classes and functions: if it "
            "is a step of your own, it has no ONNX form, so fit the model with steps of scikit-learn instead; if only "
            "fitting needs it, as an objective, save the model by cloudpickle, in the script that has it; if it is a "
            "package's, only those of `sparely docs what-converts` convert."
        )


def why(path: Path, error: Exception, saved_with: str | None) -> Exception:
    """Return the error that tells what a pickle lacks, the first of `REASONS` that knows it."""
    reasons = (reason(path, error, saved_with) for reason in REASONS)
    return next((each for each in reasons if each is not None), Damaged(path, error))


def saved_with(path: Path, warned: Sequence[warnings.WarningMessage]) -> str | None:
    """Return the scikit-learn that wrote a pickle, by its own warnings or else by the file's bytes."""
    for each in warned:
        if isinstance(each.message, InconsistentVersionWarning):
            return str(each.message.original_sklearn_version)
    with mapped(path) as content:
        version = SAVED_WITH.search(content)
        return version[1].decode("ascii") if version else None


@contextmanager
def mapped(path: Path) -> Iterator[bytes | mmap.mmap]:
    """A file's bytes to search in, which are not held in memory, however many they are."""
    if not path.stat().st_size:
        yield b""  # of which there is no map
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


def show(path: Path, warned: Sequence[warnings.WarningMessage]) -> None:
    """Show what opening warned of; that another scikit-learn wrote the file, once for all of its steps."""
    others = [each for each in warned if not isinstance(each.message, InconsistentVersionWarning)]
    if len(others) < len(warned):
        wrote = _called(saved_with(path, warned))
        print(f"{path} was saved with {wrote} and is opened by {sklearn.__version__}: {UNSURE}")
    for each in others:
        warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)


def _missing_module(path: Path, error: Exception, saved_with: str | None) -> Exception | None:
    if not isinstance(error, ModuleNotFoundError):
        return None
    module = str(error.name).partition(".")[0]
    if module in INSTALLABLE:
        return MissingPackage(INSTALLABLE[module], f"opening {path.name}")
    if module == "sklearn" or module.startswith("_"):  # such as _loss, scikit-learn's own
        return OtherVersion(path, saved_with)
    return ForeignCode(path, f"the module {error.name}")


def _missing_name(path: Path, error: Exception, saved_with: str | None) -> Exception | None:
    lost = next(filter(None, (words.search(str(error)) for words in LOST)), None)
    if lost is None or lost["module"].startswith("sklearn"):
        return None
    place = "the script that saved it" if lost["module"].endswith("__main__") else f"the module {lost['module']}"
    return ForeignCode(path, f"{lost['name']} of {place}")


def _other_version(path: Path, error: Exception, saved_with: str | None) -> Exception | None:
    differs = saved_with not in (None, sklearn.__version__)
    return OtherVersion(path, saved_with) if differs or "sklearn" in str(error) else None


def _missing_lz4(path: Path, error: Exception, saved_with: str | None) -> Exception | None:
    return MissingPackage("lz4", f"opening {path.name}") if "LZ4 is not installed" in str(error) else None


REASONS: tuple[Callable[[Path, Exception, str | None], Exception | None], ...] = (
    _missing_module,
    _missing_lz4,
    _missing_name,
    _other_version,
)


def _called(version: str | None) -> str:
    return f"scikit-learn {version}" if version else "another scikit-learn"
