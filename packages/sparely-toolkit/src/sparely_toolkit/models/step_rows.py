"""
A program of its own process: golden rows through a model's steps.py as it is now, by the code that serves.

`python -m sparely_toolkit.models.step_rows FOLDER SOURCE` in an environment that finds modules below src/; the last
line of its output is what came, as JSON.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sparely.bundle import STEPS, read_golden, read_manifest, sha256
from sparely.handler.errors import DoesNotFit, ModelFailed
from sparely.handler.steps import with_steps
from sparely.handler.validation import Schema, read_instances
from sparely.manifest import Accepts, Manifest
from sparely.steps import Prepare, Steps, import_steps

Document = dict[str, Any]


def run(folder: Path, source: Path) -> Document:
    """
    What the steps make of the model's golden rows: `steps` for its manifest, `prepared` rows and `presented` answers.

    Raises:
        Exception: whatever a step raises.
    """
    manifest, golden = read_manifest(folder), read_golden(folder)
    before = {*sys.modules}
    steps = import_steps(str(folder / STEPS), f"steps of {manifest.path}")
    modules = dict(_modules(source, {*sys.modules} - before))
    entry: Document = {
        "sha256": sha256((folder / STEPS).read_bytes()).hexdigest(),
        "prepare": steps.prepare is not None,
        "present": steps.present is not None,
    }
    rows = read_instances(
        {"instances": list(golden.instances)}, Schema.of(manifest.path, [manifest]), most_rows=len(golden.instances)
    )
    names = [feature.name for feature in manifest.features]
    # A `prepare` that is new has no features of its own in the manifest yet; whoever asks sees that it is new.
    known = steps if manifest.steps and manifest.steps.prepare else Steps(steps.file, None, steps.present)
    stepped = with_steps(manifest, known, names)
    prepared = [
        dict(zip([feature.name for feature in manifest.prepared], row, strict=True)) for row in stepped.prepare(rows)
    ]
    presented = stepped.present(rows, [dict(each) for each in golden.bare])
    return {
        "steps": entry | ({"modules": modules} if modules else {}),
        "prepared": prepared,
        "presented": presented,
        "open": [*_no_longer_limited(manifest, known.prepare, golden.instances)],
    }


def _no_longer_limited(manifest: Manifest, prepare: Prepare | None, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Features whose limits are the estimator's, and that `prepare` no longer hands on as callers send them."""
    for feature in manifest.features:
        if prepare and feature.accepts and not all(
            _hands_on(prepare, row, feature.name, value) for value in _strange(feature.accepts) for row in rows
        ):  # fmt: skip
            yield feature.name


def _strange(accepts: Accepts) -> Iterator[Any]:
    """Values that the estimator does not take, also such as a `prepare` could mend."""
    for known in accepts.values:
        if isinstance(known, str):
            yield from (each for each in (known.upper(), known.lower(), f" {known} ") if each not in accepts.values)
        else:
            yield known + 0.5
    bounds = ((accepts.minimum, -1), (accepts.above, -1), (accepts.maximum, 1), (accepts.below, 1))
    yield from (bound + by for bound, by in bounds if bound is not None)
    yield from accepts.without
    yield from ["a category never seen"] if any(isinstance(each, str) for each in accepts.values) else []


def _hands_on(prepare: Prepare, row: Mapping[str, Any], name: str, value: Any) -> bool:
    try:
        return bool(prepare({**row, name: value})[name] == value)
    except (Exception, SystemExit):
        return False


def _modules(source: Path, names: set[str]) -> Iterator[tuple[str, str]]:
    """The owner's modules among those, by their names from src/, with their SHA-256."""
    files = [getattr(sys.modules[name], "__file__", None) for name in names]
    for file in sorted({Path(each).resolve() for each in files if each}):
        if source.resolve() in file.parents and file.name != STEPS:
            yield file.relative_to(source.resolve()).as_posix(), sha256(file.read_bytes()).hexdigest()


def _sentence(error: Exception) -> str:
    """What went wrong, for the owner of the steps."""
    if isinstance(error, DoesNotFit):
        return "; ".join(fault.detail for fault in error.faults)
    if isinstance(error, ModelFailed) and error.__cause__ is not None:
        return f"{type(error.__cause__).__name__}: {error.__cause__}"
    return f"{error}"


def main(arguments: Sequence[str]) -> None:
    """Print what the steps make of the rows, or what is wrong with them."""
    os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "golden")
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "golden")
    folder, source = map(Path, arguments)
    try:
        document = run(folder, source)
    except Exception as error:
        document = {"wrong": _sentence(error)}
    print()
    print(json.dumps(document))


if __name__ == "__main__":
    main(sys.argv[1:])
