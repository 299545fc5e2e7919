"""Packages that only some models need: imported when used, named with the command that installs them."""

from collections.abc import Iterator
from contextlib import contextmanager

INSTALLABLE = ("catboost", "cloudpickle", "lightgbm", "onnxscript", "pyarrow", "skops", "torch", "xgboost")
"""What docs/add-a-model.md knows: module and package have one name. Nobody is sent to install any other."""


class MissingPackage(Exception):
    """A package is needed that is not installed."""

    def __init__(self, package: str, purpose: str) -> None:
        self.package = package
        super().__init__(
            f"{purpose} needs the package {package}, which is not installed. Install it with\n"
            f"  .venv/bin/uv pip install --python .venv/bin/python {package}"
        )


@contextmanager
def install_hint(package: str, purpose: str) -> Iterator[None]:
    """Turn a missing import in the block into MissingPackage."""
    try:
        yield
    except ImportError as error:
        raise MissingPackage(package, purpose) from error
