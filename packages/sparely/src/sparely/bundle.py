"""A model's folder, models/<area>/<model>: the files in it, and the one way to read them."""

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from sparely.manifest import Manifest, parse_manifest
from sparely.record import Record

try:
    # `hashlib` loads OpenSSL: 3.5 MB resident and 3 ms of init that nothing else here needs (`make experiments`). The
    # standard library's `random` takes its digest from the same place.
    from _sha2 import sha256 as sha256
except ImportError:  # another interpreter than CPython 3.12 or newer
    from hashlib import sha256 as sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sparely.golden import Answers, CallersAnswer, Golden, Row

MODEL, MANIFEST, GOLDEN, STEPS = "model.onnx", "manifest.json", "golden.json", "steps.py"
GOLDEN_SERVICE = "golden-service.json"
"""In the folder of all models: what the service's own steps change in golden answers."""
INDEX = "index.json"
"""In the folder of many models: what is known of each before it is opened."""
GOLDEN_MARK = "golden"
"""The member of an event by which the check of a new version says that it asks for golden rows."""

# Not a `type` statement: an arm64 package is tried out under Python 3.11, the newest there is to emulate.
Folder: TypeAlias = "str | os.PathLike[str]"


class ModelLoadError(Exception):
    """A model that cannot be served, or asked after: names the file and what is wrong with it."""

    def __init__(self, path: Folder, reason: str) -> None:
        super().__init__(f"{os.fspath(path)}: {reason}")


class NoGoldenRows(Exception):
    """There is nothing to check with."""

    def __init__(self, root: Folder) -> None:
        super().__init__(f"{os.fspath(root)} holds no {MANIFEST} with a {GOLDEN} beside it.")


class Bundle(Record):
    """
    A model by its manifest, with n golden rows.

    `instances` are the rows as callers send them and `predictions` what callers get: the oracle of /predict;
    `prepared` are the rows as the estimator was fitted on them and `bare` its answers: the oracle of /v2.
    Where a model has no steps, the two pairs are the same. `answers` are what callers get instead of the latter where
    the service has steps of its own.
    """

    manifest: Manifest
    instances: "tuple[Row, ...]"
    predictions: "tuple[Row, ...]"
    prepared: "tuple[Row, ...]"
    bare: "tuple[Row, ...]"
    answers: "Answers" = MappingProxyType({})

    @property
    def area(self) -> str:
        return self.manifest.area

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def path(self) -> str:
        """Area and name, as routes and people have it."""
        return self.manifest.path

    @property
    def version(self) -> str:
        return self.manifest.version

    def answer(self, row: int) -> "CallersAnswer":
        """What callers get who ask this model for one of its golden rows alone."""
        from sparely.golden import CallersAnswer  # what serves has no use for it

        known = self.answers.get(row)
        return known or CallersAnswer(200, {"predictions": {self.name: [self.predictions[row]]}})


def model_folders(root: Folder) -> list[str]:
    """
    The folders `root`/<area>/<model> in order of their names, without hidden ones and caches.

    Raises:
        ModelLoadError: a folder cannot be read.
    """
    return [model for area in _folders(root) for model in _folders(area)]


def read_bundles(root: Folder) -> tuple[Bundle, ...]:
    """
    Read all models below `root`, at least one.

    Raises:
        ModelLoadError: a file is missing or does not have its shape.
        NoGoldenRows: there is no model.
    """
    answers = read_golden_service(root)
    models = map(read_bundle, model_folders(root))
    bundles = tuple(model._replace(answers=answers[model.path]) if model.path in answers else model for model in models)
    if not bundles:
        raise NoGoldenRows(root)
    return bundles


def read_bundle(folder: Folder) -> Bundle:
    """
    Read what is said of a model; its graph is not needed for that.

    Raises:
        ModelLoadError: a file is missing or does not have its shape.
    """
    manifest = read_manifest(folder)
    _check_told(os.path.join(folder, MANIFEST), manifest.document)
    return Bundle(manifest, *read_golden(folder))


def _check_told(file: str, document: "Mapping[str, Any]") -> None:
    """Look at what a manifest tells people alone, which serves nothing: description and metrics."""
    description, metrics = document.get("description", ""), document.get("metrics", {})
    if not isinstance(description, str):
        raise ModelLoadError(file, '"description" is no string.')
    if not isinstance(metrics, dict):
        raise ModelLoadError(file, '"metrics" is no object of numbers.')
    for name, value in metrics.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ModelLoadError(file, f'"{name}" of "metrics" is no number.')


def read_manifest(folder: Folder, expected: str = "") -> Manifest:
    """
    Read a model's manifest.

    Args:
        expected: the SHA-256 that it must have, where that is known.

    Raises:
        ModelLoadError: it is missing, does not have its shape, describes the model of another folder or is another one.
    """
    file = os.path.join(folder, MANIFEST)
    content = read_verified(file, expected, "it is not the one that the index was written for.") if expected else None
    try:
        manifest = parse_manifest(read_file(file) if content is None else content)
    except ValueError as error:
        raise ModelLoadError(file, str(error)) from None
    area, name = os.path.abspath(folder).split(os.sep)[-2:]
    if (manifest.area, manifest.name) != (area, name):
        raise ModelLoadError(file, f"it describes {manifest.path}.")
    return manifest


def read_golden(folder: Folder) -> "Golden":
    """
    Read a model's golden rows.

    Raises:
        ModelLoadError: they are missing or do not have their shape.
    """
    from sparely.golden import parse_golden  # what serves has no use for it

    file = os.path.join(folder, GOLDEN)
    try:
        return parse_golden(read_file(file))
    except ValueError as error:
        raise ModelLoadError(file, str(error)) from None


def read_golden_service(root: Folder) -> "dict[str, Answers]":
    """
    Read what the service's own steps change in golden answers, by area, and by area and model; often nothing.

    Raises:
        ModelLoadError: the file does not have its shape.
    """
    from sparely.golden import parse_golden_service  # what serves has no use for it

    file = os.path.join(root, GOLDEN_SERVICE)
    if not os.path.exists(file):
        return {}
    try:
        return parse_golden_service(read_file(file))
    except ValueError as error:
        raise ModelLoadError(file, str(error)) from None


def read_file(path: str) -> bytes:
    """
    Read a model's file.

    Raises:
        ModelLoadError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ModelLoadError(path, f"it cannot be read ({error.strerror}).") from None


def read_verified(path: str, expected: str, changed: str = "") -> bytes:
    """
    Read a file whose SHA-256 the manifest has.

    Args:
        changed: what is said of another one, where its owner may have changed it; both hashes where nothing is given.

    Raises:
        ModelLoadError: it cannot be read, or is another one.
    """
    content = read_file(path)
    digest = sha256(content).hexdigest()
    if digest != expected:
        raise ModelLoadError(path, changed or f"its SHA-256 is {digest}, {MANIFEST} was written for {expected}.")
    return content


def _folders(root: Folder) -> list[str]:
    try:
        return sorted(entry.path for entry in os.scandir(root) if entry.is_dir() and entry.name[0] not in "._")
    except OSError as error:
        raise ModelLoadError(root, f"the folder cannot be read ({error.strerror}).") from None
