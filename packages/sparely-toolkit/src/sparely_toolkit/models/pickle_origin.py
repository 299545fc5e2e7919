"""Which packages, in which versions, made a pickle or a .skops file: read from it, without running it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.models.pickle_reading import LZ4, StandIn, Unread, read
from sparely_toolkit.models.skops_reading import read_skops

SKOPS = ".skops"
SUFFIXES = (".joblib", ".pkl", ".pickle", ".cloudpickle", SKOPS)
DISTRIBUTIONS = {"sklearn": "scikit-learn", "imblearn": "imbalanced-learn"}
"""What a package is called where it is installed, where that is not its module's name."""
LIBRARIES = ("sklearn", "xgboost", "lightgbm", "catboost", "imblearn", "skops", "category_encoders")
"""Modules whose version decides whether a file opens, and what it answers."""
HELPERS = ("cloudpickle",)
VERSION = re.compile(r"\d+\.\d+[\w.]*(\+[\w.]+)?")
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
        helpers: further packages that opening it needs, as requirements.
        unread: why the file was not read to its end; empty where it was.
    """

    versions: Mapping[str, str]
    untold: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    unread: str = ""


def tells_origin(model: str) -> bool:
    """Whether a file tells by its kind, which its name tells, what made it."""
    return Path(model).suffix.lower() in SUFFIXES


def origin_of(path: Path) -> Origin:
    """Read a file's origin; whatever is in it, nothing of it is run."""
    if path.suffix.lower() == SKOPS:
        return _of_skops(path)
    names: set[str] = set()
    versions: dict[str, str] = {}
    unread = ""
    try:
        read(path, names, lambda made: _tell(made, versions))
    except Unread as error:
        unread = str(error)
    modules = {_package(name) for name in names}
    helpers = [name for name in HELPERS if name in modules]
    return Origin(versions, _untold(modules, versions), (*helpers, *_unpacking(path)), unread)


def _of_skops(path: Path) -> Origin:
    try:
        modules, version, wrote = read_skops(path)
    except Unread as error:
        return Origin({}, helpers=("skops",), unread=str(error))
    versions = {"scikit-learn": version} if version and VERSION.fullmatch(version) else {}
    skops = f"skops=={wrote}" if wrote and VERSION.fullmatch(wrote) else "skops"
    return Origin(versions, _untold({_package(module) for module in modules}, versions), (skops,))


def _untold(modules: set[str], versions: Mapping[str, str]) -> tuple[str, ...]:
    needed = [DISTRIBUTIONS.get(module, module) for module in LIBRARIES if module in modules]
    return tuple(name for name in needed if name not in versions)


def _unpacking(path: Path) -> tuple[str, ...]:
    """What joblib needs to unpack a file, besides what Python has."""
    try:
        with path.open("rb") as file:
            return ("lz4",) if file.read(len(LZ4)) == LZ4 else ()
    except OSError:
        return ()


def _package(name: str) -> str:
    return name.partition(":")[0].partition(".")[0]


def _tell(made: StandIn, versions: dict[str, str]) -> None:
    """Look for a version in an object's state, as each library writes it."""
    state: Any = made.state[0] if isinstance(made.state, tuple) and made.state else made.state
    if not isinstance(state, dict):
        return
    version = state.get("_sklearn_version")
    if isinstance(version, str) and VERSION.fullmatch(version):
        versions.setdefault("scikit-learn", version)
    module = _package(made.name)
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
