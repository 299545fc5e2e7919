"""
An owner's own code around a model, models/<area>/<model>/steps.py: its one loader, and how it refuses a row.

Both functions are pure, take one row as a plain dictionary, and may be left out:

    def prepare(row):                # a caller's row into the row that the estimator was fitted on
    def present(prediction, row):    # the model's prediction, and the caller's row, into what callers get
"""

import os
import sys
from collections.abc import Callable, Mapping
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType
from typing import Any, TypeAlias

from sparely.bundle import MANIFEST, STEPS, ModelLoadError, read_verified
from sparely.manifest import Manifest
from sparely.record import Record

Prepare: TypeAlias = Callable[[dict[str, Any]], Mapping[str, Any]]
Present: TypeAlias = Callable[[dict[str, Any], dict[str, Any]], Mapping[str, Any]]


class Refused(Exception):
    """
    Raised by `prepare` for a row that it cannot prepare: the caller is answered 422, with the sentence.

    Example:
        raise Refused("customer is unknown", feature="customer_id")

    Args:
        reason: what is wrong, as a part of a sentence.
        feature: the feature of the caller's row that it is about; None for the row as a whole.
    """

    def __init__(self, reason: str, *, feature: str | None = None) -> None:
        super().__init__(reason)
        self.reason = str(reason)
        self.feature = feature


class Steps(Record):
    """The functions of one steps.py, None where it has none; `file` is where it lies."""

    file: str
    prepare: Prepare | None
    present: Present | None


def load_steps(folder: str, manifest: Manifest) -> Steps:
    """
    Run the steps.py of a model's folder; it and what it imports of src/ must be what its manifest was written for.

    Raises:
        ModelLoadError: it is missing, altered, cannot be imported, or has other functions than the manifest names.
    """
    file = os.path.join(folder, STEPS)
    expected = manifest.steps
    if expected is None:
        raise ModelLoadError(file, f'{MANIFEST} has no "steps", so nothing would call it; run `make golden`.')
    source = os.path.abspath(os.path.join(folder, "..", "..", ".."))
    for path, known in {file: expected.sha256, **_below(source, expected.modules)}.items():
        read_verified(path, known, changed=f"it has changed since {MANIFEST} was written; run `make golden`.")
    steps = import_steps(file, f"models.{manifest.area}.{manifest.name}.steps")
    for name, is_named in (("prepare", expected.prepare), ("present", expected.present)):
        if is_named is not (getattr(steps, name) is not None):
            has = "it has no" if is_named else "it has a"
            names = "names" if is_named else "does not name"
            raise ModelLoadError(file, f"{has} function {name}, which {MANIFEST} {names}.")
    return steps


def import_steps(file: str, name: str) -> Steps:
    """
    Run a steps.py; modules that it imports are found as those of the service's other code are.

    Args:
        name: of the module, unique in this process.

    Raises:
        ModelLoadError: it cannot be imported, or has neither function.
    """
    module = _run(file, name)
    prepare, present = (getattr(module, each, None) for each in ("prepare", "present"))
    if prepare is None and present is None:
        raise ModelLoadError(file, "it has neither prepare(row) nor present(prediction, row).")
    for each in ("prepare", "present"):
        function = getattr(module, each, None)
        if function is not None and not callable(function):
            raise ModelLoadError(file, f"its {each} is no function.")
    return Steps(file, prepare, present)


def _below(source: str, modules: Mapping[str, str]) -> dict[str, str]:
    return {os.path.join(source, *name.split("/")): digest for name, digest in modules.items()}


def _run(file: str, name: str) -> ModuleType:
    spec = spec_from_loader(name, SourceFileLoader(name, file))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise ModelLoadError(file, _reason(error, spec.parent or "")) from error
    return module


def _reason(error: BaseException, package: str) -> str:
    missing = f"{error.name}." if isinstance(error, ModuleNotFoundError) else ""
    if missing and (f"{package}." == missing or missing.startswith(f"{package}.") or package.startswith(missing)):
        return "it has a relative import; modules lie in src/ and are imported by their names, as from there."
    if isinstance(error, ModuleNotFoundError) and error.name:
        missing = error.name.partition(".")[0]
        return (
            f'it imports "{missing}", which does not ship; '
            "add it to requirements/lambda.in and run make lock, or put the module into src/."
        )
    return f"it cannot be imported ({type(error).__name__}: {error})."
