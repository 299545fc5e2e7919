"""Pickles of fitted estimators, and skops files, which hold the same and run no code."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import joblib

from training.optional import MissingPackage, install_hint

SUFFIXES = (".joblib", ".pkl", ".pickle", ".cloudpickle")


class UntrustedTypes(Exception):
    """A .skops file holds types that skops does not know."""

    def __init__(self, path: Path, types: Sequence[str]) -> None:
        options = " ".join(f"--trust {name}" for name in types)
        super().__init__(
            f"{path} holds types that skops does not know: {', '.join(types)}. If you know them, open it with {options}"
        )


def open_joblib(path: Path, trusted: Sequence[str]) -> Any:
    """Open what joblib.dump wrote."""
    with _named(path):
        return joblib.load(path)


def open_pickle(path: Path, trusted: Sequence[str]) -> Any:
    """Open what pickle or cloudpickle wrote."""
    with _named(path), path.open("rb") as file:
        return pickle.load(file)


def open_skops(path: Path, trusted: Sequence[str]) -> Any:
    """
    Open what skops.io.dump wrote.

    Raises:
        UntrustedTypes: it holds types that neither skops nor the caller trusts.
    """
    with install_hint("skops", "opening a .skops file"):
        import skops.io
    unknown = [name for name in skops.io.get_untrusted_types(file=path) if name not in trusted]
    if unknown:
        raise UntrustedTypes(path, unknown)
    return skops.io.load(path, trusted=list(trusted))


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """
    Tell a package that the pickle needs as one to install.

    Raises:
        MissingPackage: it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingPackage(str(error.name).partition(".")[0], f"opening {path.name}") from error


OPENERS: dict[str, Callable[[Path, Sequence[str]], Any]] = {
    ".joblib": open_joblib,
    ".pkl": open_pickle,
    ".pickle": open_pickle,
    ".cloudpickle": open_pickle,
    ".skops": open_skops,
}
