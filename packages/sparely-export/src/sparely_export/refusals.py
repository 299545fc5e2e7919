"""Why an export ends without a model: what all refusals are, and the two that a reader of any file may meet."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALLABLE = {
    name: name
    for name in ("catboost", "cloudpickle", "lightgbm", "lz4", "onnxscript", "pyarrow", "skops", "torch", "xgboost")
} | {"imblearn": "imbalanced-learn"}
"""By its module each package that `sparely docs add-a-model` knows. Nobody is sent to install any other."""

NO, WRONG_CALL, LACKING = 1, 2, 3
"""Exit codes: the model does not pass, the command line names what is not there, or a package is not installed."""


class Refusal(Exception):
    """Nothing was written; the message says what is wrong, where, and what to do."""

    exit_code = NO


class Unreadable(Refusal):
    """The file cannot be opened for reading."""

    exit_code = WRONG_CALL

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} cannot be read: {error.strerror or error}.")


class MissingPackage(Refusal):
    """A package is needed that only some models need, and that is not installed."""

    exit_code = LACKING

    def __init__(self, package: str, purpose: str) -> None:
        self.package = package
        super().__init__(
            f"{purpose} needs the package {package}, which is not installed. Install it with\n"
            f"  {_installer()} {package}"
        )


def check_readable(path: Path) -> None:
    """
    Open and close a file.

    Raises:
        Unreadable: it is not there, is a folder, or belongs to others.
    """
    try:
        path.open("rb").close()
    except OSError as error:
        raise Unreadable(path, error) from error


@contextmanager
def install_hint(package: str, purpose: str) -> Iterator[None]:
    """Turn a missing import in the block into MissingPackage."""
    try:
        yield
    except ImportError as error:
        raise MissingPackage(package, purpose) from error


def _installer() -> str:
    """The environment's own pip, or uv, which a service has in .venv beside .venv-export."""
    if importlib.util.find_spec("pip"):
        return f"{sys.executable} -m pip install"
    beside = Path(sys.prefix).with_name(".venv") / "bin" / "uv"
    return f"{beside if beside.exists() else 'uv'} pip install --python {sys.executable}"
