"""`python -m training.export FILE --area A --name N --data ROWS`: a model of your own, served and verified."""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from training import neighbours, report
from training.answers import ask_estimator
from training.conversion import ConversionError
from training.describing import Described, UnfitRows, describe
from training.export import Candidate, Prepared, prepare
from training.features import Feature
from training.frameworks.boosted import NotABooster
from training.frameworks.onnx_file import OnnxFile, UnfitOnnx
from training.frameworks.opening import Opened, UnknownFile, open_file
from training.frameworks.pickled import UntrustedTypes
from training.manifest import Card, DataSource
from training.measured import measured
from training.optional import MissingPackage
from training.parity import ParityError, Tolerance
from training.precheck import WillNotConvert, problems_of
from training.precision import answer_of_first
from training.rows import UnknownRows, evenly, read_rows
from training.sizes import TooLarge, check_size
from training.steps import chooses_by_name, walk
from training.tasks import Task, UnknownTask, task_of
from training.writing import replace_folder

PROJECT = Path(__file__).resolve().parents[1]
MODELS = PROJECT / "src" / "models"
DERIVED = {"local.sample_events": "events/", "contract": "openapi.yaml", "training.readme": "README.md"}
"""What is made anew from the models after one is added, and by which command."""

REFUSALS = (
    ConversionError,
    MissingPackage,
    NotABooster,
    ParityError,
    TooLarge,
    UnfitOnnx,
    UnfitRows,
    UnknownFile,
    UnknownRows,
    UnknownTask,
    UntrustedTypes,
    WillNotConvert,
    neighbours.Clash,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks for."""

    file: Path
    area: str
    name: str
    data: Path
    targets: tuple[str, ...]
    description: str | None
    source: str
    units: Mapping[str, str]
    nulls: Mapping[str, str]
    labels: tuple[str, ...]
    trusted: tuple[str, ...]
    tolerance: Tolerance
    models: Path

    @property
    def path(self) -> str:
        """The model's name with its area."""
        return f"{self.area}/{self.name}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Add one model and print a report; a refusal is one sentence, exit code 1, and writes nothing."""
    wish = parse(arguments)
    try:
        print(report.whole(*add(wish)))
    except REFUSALS as error:
        sys.exit(f"{error}")
    if wish.models == MODELS:
        for line in derive():
            print(line)


def parse(arguments: Sequence[str] | None) -> Wish:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("file", type=Path, help="a fitted model: .joblib .pkl .skops .json .ubj .txt .cbm .pt2 .onnx")
    parser.add_argument("--area", required=True, help="the business area, first part of the route")
    parser.add_argument("--name", required=True, help="the model's name, unique in the service")
    parser.add_argument("--data", required=True, type=Path, help="sample rows: .csv .parquet .jsonl")
    parser.add_argument("--target", default="", help="the column to predict, or several with commas between")
    parser.add_argument("--description", help="one sentence for the catalogue")
    parser.add_argument("--source", help="where the data come from (default: the file's name)")
    parser.add_argument("--unit", action="append", default=[], metavar="FEATURE=UNIT")
    parser.add_argument("--null", action="append", default=[], metavar="FEATURE=WORD", help="what null stands for")
    parser.add_argument(
        "--labels", default="", help="of an .onnx or .pt2 classifier: its classes in order, with commas"
    )
    parser.add_argument("--trust", action="append", default=[], metavar="TYPE", help="a type in a .skops file")
    parser.add_argument("--absolute-tolerance", type=float, default=Tolerance().absolute, metavar="X")
    parser.add_argument("--relative-tolerance", type=float, default=Tolerance().relative, metavar="X")
    parser.add_argument("--models", type=Path, default=MODELS, help="where to write (default: src/models)")
    given = parser.parse_args(arguments)
    return Wish(
        file=given.file,
        area=given.area,
        name=given.name,
        data=given.data,
        targets=_listed(given.target),
        description=given.description,
        source=given.source or given.data.name,
        units=_pairs(parser, given.unit),
        nulls=_pairs(parser, given.null),
        labels=_listed(given.labels),
        trusted=tuple(given.trust),
        tolerance=Tolerance(given.absolute_tolerance, given.relative_tolerance),
        models=given.models.resolve(),
    )


def add(wish: Wish) -> tuple[Prepared, Described, str | None]:
    """
    Open, describe, check, convert, compare, and write.

    Raises:
        Exception: one of `REFUSALS`; nothing was written.
    """
    neighbours.check_name(wish.area, wish.name, wish.models)
    frame = read_rows(wish.data)
    missing = [name for name in wish.targets if name not in frame.columns]
    if missing:
        raise UnfitRows(f"{wish.data} has no column {', '.join(missing)}; it has {', '.join(map(str, frame.columns))}.")
    opened = open_file(wish.file, trusted=wish.trusted)
    problems = [] if isinstance(opened.estimator, OnnxFile) else problems_of(opened.estimator)
    if problems:
        raise WillNotConvert(wish.path, problems)
    described = describe(_labelled(opened.estimator, wish), frame, wish.targets, wish.nulls)
    candidate = _candidate(wish, opened, described, frame)
    prepared = prepare(candidate)
    warning = check_size(wish.path, prepared.files, wish.models)
    replace_folder(wish.models / wish.area / wish.name, prepared.files)
    return prepared, described, warning


def derive() -> list[str]:
    """Make anew what follows from the models, and say what was."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT / "src"), str(PROJECT)])}
    lines = []
    for module, made in DERIVED.items():
        if not (PROJECT / module.replace(".", "/")).with_suffix(".py").exists() and not (PROJECT / module).is_dir():
            lines.append(f"  {made} was not made anew: there is no {module} here")
            continue
        done = subprocess.run(
            [sys.executable, "-m", module], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
        )
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        lines.append(f"  {made} made anew" if done.returncode == 0 else f"  {made} was not made anew: {last}")
    return lines


def _labelled(estimator: Any, wish: Wish) -> Any:
    if isinstance(estimator, OnnxFile):
        estimator.labels = wish.labels
    return estimator


def _candidate(wish: Wish, opened: Opened, described: Described, frame: pd.DataFrame) -> Candidate:
    estimator, rows = opened.estimator, described.rows
    features = neighbours.agreeing(_with_units(described.features, wish), wish.area, wish.name, wish.models)
    answers = ask_estimator(estimator, features, rows, _task(estimator, features, rows, wish.targets))
    assert answers.task is not None
    target = frame[list(wish.targets)] if wish.targets else None
    card = Card(
        area=wish.area,
        name=wish.name,
        description=wish.description or _sentence(answers.task, wish),
        estimator=_told(estimator),
        data=DataSource(wish.data.stem, wish.source, len(rows)),
        metrics=measured(answers.task, target, answers),
        framework=opened.framework,
        packages=opened.packages,
    )
    return Candidate(
        card=card,
        estimator=estimator,
        features=features,
        training_rows=rows,
        held_out_rows=evenly(rows),
        targets=wish.targets,
        by_column=chooses_by_name(estimator),
        tolerance=wish.tolerance,
    )


def _task(estimator: Any, features: Sequence[Feature], rows: Sequence[Any], targets: Sequence[str]) -> Task:
    if isinstance(estimator, OnnxFile):
        return estimator.task
    return task_of(estimator, answer_of_first(estimator, features, rows), targets)


def _with_units(features: Sequence[Feature], wish: Wish) -> list[Feature]:
    return [replace(feature, unit=wish.units.get(feature.name)) for feature in features]


def _sentence(task: Task, wish: Wish) -> str:
    told = " and ".join(wish.targets) or wish.name
    return f"{task.kind.capitalize()} of {told.replace('_', ' ')}."


def _told(estimator: Any) -> str:
    """The steps' names, outermost containers left out."""
    names = [type(step).__name__ for _, step in walk(estimator)]
    shown = [name for name in names if name not in ("Pipeline", "ColumnTransformer", "FeatureUnion")]
    return ", ".join(dict.fromkeys(shown))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _pairs(parser: argparse.ArgumentParser, given: Sequence[str]) -> dict[str, str]:
    for entry in given:
        if "=" not in entry:
            parser.error(f"expected FEATURE=VALUE, got {entry}")
    return dict(entry.split("=", 1) for entry in given)
