"""Which packages, in which versions, made a pickle: read from the file, without running it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.models.pickle_reading import StandIn, Unread, read

SUFFIXES = (".joblib", ".pkl", ".pickle", ".cloudpickle")
DISTRIBUTIONS = {"sklearn": "scikit-learn", "imblearn": "imbalanced-learn"}
"""What a package is called where it is installed, where that is not its module's name."""
LIBRARIES = ("sklearn", "xgboost", "lightgbm", "catboost", "imblearn", "skops", "category_encoders")
"""Modules whose version decides whether a file opens, and what it answers."""
HELPERS = ("cloudpickle",)
VERSION = re.compile(r"\d+\.\d+[\w.]*")
OF_BOOSTERS = {
    "xgboost": (
        re.compile(rb"version\[#L.{7}\x03[iU](.)[iU](.)[iU](.)", re.DOTALL),  # UBJSON, of numbers in one byte each
        re.compile(rb'"version": ?\[(\d+), ?(\d+), ?(\d+)\]'),
    ),
    "catboost": (re.compile(rb"(?:tags/v|CatBoost release )(\d+)\.(\d+)(?:\.(\d+))?"),),
}
"""Where a booster's own bytes, which its object holds as its state, tell the version."""
MOST_WRAPPED = 5


@dataclass(frozen=True, slots=True)
class Origin:
    """
    What a file tells of the packages that made it.

    Attributes:
        versions: by the name under which each is installed, where the file tells it.
        untold: those that it needs, and does not tell the version of.
        helpers: packages that opening it needs in any version.
        unread: why the file was not read to its end; empty where it was.
    """

    versions: Mapping[str, str]
    untold: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    unread: str = ""


def is_pickle(model: str) -> bool:
    """Whether a file is one by its name."""
    return Path(model).suffix.lower() in SUFFIXES


def origin_of(path: Path) -> Origin:
    """Read a file's origin; whatever is in it, nothing of it is run."""
    names: set[str] = set()
    versions: dict[str, str] = {}
    unread = ""
    try:
        read(path, names, lambda made: _tell(made, versions))
    except Unread as error:
        unread = str(error)
    modules = {name.partition(":")[0].partition(".")[0] for name in names}
    needed = [DISTRIBUTIONS.get(module, module) for module in LIBRARIES if module in modules]
    helpers = tuple(name for name in HELPERS if name in modules)
    return Origin(versions, tuple(name for name in needed if name not in versions), helpers, unread)


def _tell(made: StandIn, versions: dict[str, str]) -> None:
    """Look for a version in an object's state, as each library writes it."""
    state: Any = made.state[0] if isinstance(made.state, tuple) and made.state else made.state
    if not isinstance(state, dict):
        return
    version = state.get("_sklearn_version")
    if isinstance(version, str) and VERSION.fullmatch(version):
        versions.setdefault("scikit-learn", version)
    module = made.name.partition(":")[0].partition(".")[0]
    for pattern in OF_BOOSTERS.get(module, ()):
        for value in state.values():
            if found := pattern.search(_bytes(value)):
                versions.setdefault(module, ".".join(_number(part) for part in found.groups() if part is not None))


def _number(part: bytes) -> str:
    return part.decode("ascii") if part.isdigit() else str(part[0])


def _bytes(value: Any) -> bytes:
    """Bytes, also where a pickle of an old protocol makes them of text."""
    for _ in range(MOST_WRAPPED):
        if isinstance(value, StandIn) and isinstance(value.arguments, tuple) and value.arguments:
            value = value.arguments[0]
    if isinstance(value, str):
        return value.encode("latin1", "replace")
    return bytes(value) if isinstance(value, bytes | bytearray) else b""
