"""A model's golden rows and manifest after a change of its steps.py: made anew without the estimator."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely.agreement import agrees
from sparely.archive import to_text, versioned
from sparely.bundle import GOLDEN, MANIFEST, STEPS, Bundle, model_folders, read_bundle
from sparely.manifest import Tolerance
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

SAME = Tolerance(1e-12, 1e-12)
Document = dict[str, Any]


class WrongSteps(Problem):
    """A steps.py does not do for its golden rows."""

    exit_code = ExitCode.NO

    def __init__(self, model: str, problem: str) -> None:
        super().__init__(f"src/models/{model}/{STEPS}: {problem}")


class AddAgain(Problem):
    """Prepared rows are others than those for which the estimator has been asked."""

    exit_code = ExitCode.NO

    def __init__(self, model: str, problem: str) -> None:
        area, _, name = model.partition("/")
        super().__init__(
            f"src/models/{model}/{STEPS}: {problem}, and only its estimator knows what is right for that: "
            f"add the model again: make add-model MODEL=file AREA={area} NAME={name} DATA=rows "
            f"STEPS=src/models/{model}/{STEPS}"
        )


@dataclass(frozen=True, slots=True)
class Remade:
    """
    A model whose steps have changed.

    Attributes:
        model: as it is written.
        presented: what callers get for its golden rows now, before the service's own steps.
        files: what its files would hold.
    """

    model: Bundle
    presented: tuple[Mapping[str, Any], ...]
    files: Mapping[Path, str]


def remade(project: Project) -> list[Remade]:
    """
    The models whose steps.py, or a module of it, is another than their manifest was written for.

    Raises:
        AddAgain: what `prepare` makes of the golden rows is no longer what the estimator was asked for.
        WrongSteps: a step fails on a golden row.
        ModelLoadError: a model's files cannot be read.
    """
    return [each for folder in model_folders(project.models) if (each := _remade(project, Path(folder)))]


def _remade(project: Project, folder: Path) -> Remade | None:
    model = read_bundle(folder)
    steps = folder / STEPS
    if _is_current(project, model, steps):
        return None
    known = model.manifest.steps
    if not steps.is_file():
        if known and known.prepare:
            raise AddAgain(model.path, "it is missing, and had a prepare")
        return _files(folder, model, None, [dict(each) for each in model.bare])
    made = _run(project, model, folder)
    entry = made["steps"]
    if entry["prepare"] is not bool(known and known.prepare):
        raise AddAgain(model.path, "prepare is new" if entry["prepare"] else "prepare is gone")
    if entry["prepare"]:
        _check_prepared(model, made["prepared"])
    return _files(folder, model, entry, made["presented"], made["open"])


def _is_current(project: Project, model: Bundle, steps: Path) -> bool:
    known = model.manifest.steps
    if known is None:
        return not steps.is_file()
    files = {steps: known.sha256, **{project.source / name: digest for name, digest in known.modules.items()}}
    return all(file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == sha for file, sha in files.items())


def _check_prepared(model: Bundle, prepared: list[Document]) -> None:
    names = [feature.name for feature in model.manifest.prepared]
    for row, (recorded, now) in enumerate(zip(model.prepared, prepared, strict=True)):
        before = {name: recorded.get(name) for name in names}
        if not agrees([before], [now], SAME):
            name = next(name for name in names if not agrees([{"": before[name]}], [{"": now[name]}], SAME))
            raise AddAgain(
                model.path, f"prepare gives {now[name]!r} for {name} of golden row {row}; it gave {before[name]!r}"
            )


def _files(
    folder: Path, model: Bundle, entry: Document | None, presented: list[Document], is_open: Collection[str] = ()
) -> Remade:
    """What its files are to hold; what the estimator refuses of the features that are open is known row by row only."""
    manifest = {name: value for name, value in model.manifest.document.items() if name != "steps"}
    manifest["features"] = [
        {name: value for name, value in each.items() if name != "accepts" or each["name"] not in is_open}
        for each in manifest["features"]
    ]
    golden: Document = {"instances": model.instances, "predictions": presented}
    if entry:
        manifest["steps"] = entry
        golden |= {"prepared": model.prepared, "bare": model.bare}
    files = {folder / GOLDEN: golden, folder / MANIFEST: versioned(manifest)}
    texts = {file: to_text(document).decode() for file, document in files.items()}
    return Remade(model, tuple(presented), texts)


def _run(project: Project, model: Bundle, folder: Path) -> Document:
    command = [sys.executable, "-m", "sparely_toolkit.models.step_rows", str(folder), str(project.source)]
    environment = {**os.environ, "PYTHONPATH": str(project.source), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=project.source, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.rstrip("\n").rpartition("\n")
    if done.returncode:
        raise WrongSteps(model.path, done.stderr.strip().rpartition("\n")[2] or "it ended its process.")
    document: Document = json.loads(lines[2])
    if "wrong" in document:
        raise WrongSteps(model.path, f"{document['wrong'].rstrip('.')}.".removeprefix(f"{folder / STEPS}: "))
    return document


def changes(each: Remade) -> Iterator[tuple[int, Mapping[str, Any], Mapping[str, Any]]]:
    """The golden rows that callers get something else for: position, what they got, what they get."""
    for row, (before, now) in enumerate(zip(each.model.predictions, each.presented, strict=True)):
        if not agrees([before], [now], SAME):
            yield row, before, now
