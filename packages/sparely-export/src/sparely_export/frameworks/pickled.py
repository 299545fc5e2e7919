"""Pickles of fitted estimators, and skops files, which hold the same and run no code."""

import pickle
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import joblib

from sparely_export.frameworks.load_errors import mapped, saved_with, show, why
from sparely_export.refusals import Refusal, install_hint

COMPRESSED = (b"\x78", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x5d\x00\x00", b"\x04\x22\x4d\x18")
"""How files that joblib compresses by zlib, gzip, bz2, xz, lzma and lz4 begin."""
LONGEST = max(map(len, COMPRESSED))
SUFFIXES = (".joblib", ".pkl", ".pickle", ".cloudpickle")


class UntrustedTypes(Refusal):
    """A .skops file holds types that skops does not know."""

    def __init__(self, path: Path, types: Sequence[str]) -> None:
        options = " ".join(f"--trust {name}" for name in types)
        super().__init__(
            f"{path} holds types that skops does not know: {', '.join(types)}. If you know them, open it with {options}"
        )


def open_joblib(path: Path, trusted: Sequence[str]) -> Any:
    """Open what joblib.dump wrote."""
    with _explained(path):
        return joblib.load(path)


def open_pickle(path: Path, trusted: Sequence[str]) -> Any:
    """Open what pickle or cloudpickle wrote, or joblib under one of their suffixes."""
    if _is_joblibs(path):
        return open_joblib(path, trusted)
    with _explained(path), path.open("rb") as file:
        return pickle.load(file)


def _is_joblibs(path: Path) -> bool:
    """Whether arrays stand between its opcodes, or it is compressed: a pickle begins otherwise."""
    with mapped(path) as content:
        return content[:LONGEST].startswith(COMPRESSED) or content.find(b"NumpyArrayWrapper") >= 0


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
    with _explained(path):
        return skops.io.load(path, trusted=list(trusted))


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """
    Tell once if another scikit-learn wrote the pickle, and explain why one does not open.

    Raises:
        MissingPackage: it names a package that is not installed.
        LoadError: another scikit-learn wrote it, it needs code that is not here, or it is no pickle.
    """
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            yield
        except Exception as error:
            raise why(path, error, saved_with(path, warned)) from error
    show(path, warned)


OPENERS: dict[str, Callable[[Path, Sequence[str]], Any]] = {
    ".joblib": open_joblib,
    ".pkl": open_pickle,
    ".pickle": open_pickle,
    ".cloudpickle": open_pickle,
    ".skops": open_skops,
}
