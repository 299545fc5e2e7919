"""A model with an owner's steps: raw rows prepared, and the service of raw rows held against the estimator."""

import contextlib
import hashlib
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from sparely.archive import to_text
from sparely.bundle import ModelLoadError
from sparely.manifest import parse_manifest
from sparely.steps import Refused, Steps, import_steps
from sparely_export.bundle import GOLDEN_ROWS, fullest
from sparely_export.describing import column_type
from sparely_export.features import Feature, Instance, with_ranges
from sparely_export.invalid import InvalidRows
from sparely_export.raw_features import raw_features, whole_by_chance, with_estimators_limits
from sparely_export.refusals import Refusal, check_readable
from sparely_export.rows import to_rows
from sparely_export.serving_cost import short_time

ASKED_TWICE = 5
"""So many rows are given to a step again."""
INSTALLED = {"site-packages", "dist-packages"}


class WrongSteps(Refusal):
    """steps.py cannot be run on the rows."""

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(f"{file}: {problem} Nothing was written.")


class SlowStep(Refusal):
    """One step alone takes longer than a row may."""

    def __init__(self, file: Path, name: str, ms: float, *, most_ms: float) -> None:
        super().__init__(
            f"{file}: {name} takes {short_time(ms)} a row; {short_time(most_ms)} are allowed for the model and its "
            "steps together, for every request waits for them. Nothing was written. "
            "What is the same for every row belongs to the top of the file, a look-up into @service.before; "
            f"--most-row-ms {ms * 2:.0f} takes it as it is."
        )


class NotFitted(Refusal):
    """The rows that `prepare` makes, or that are given as made, are not those of the estimator."""

    def __init__(self, file: Path | str, problem: str, *, given: bool) -> None:
        advice = (
            "Expected the rows that the model was fitted on, one for each raw row."
            if given
            else "prepare has to give each row as the model met it in training."
        )
        which = "" if given else "of the rows that prepare makes: "
        super().__init__(f"{file}: {which}{problem} {advice} Nothing was written.")


@dataclass(frozen=True, slots=True)
class OwnSteps:
    """
    The functions of a steps.py.

    Attributes:
        content: its bytes, as they ship.
        modules: SHA-256 of the owner's modules that it imports, by their names from src/; they ship beside it.
        most_row_ms: how long a step may take for one row.
        times_ms: how long each call took, by the step.
    """

    file: Path
    content: bytes
    steps: Steps
    modules: Mapping[str, str]
    most_row_ms: float = math.inf
    times_ms: dict[str, list[float]] = field(default_factory=dict)

    def prepare(self, rows: Sequence[Instance]) -> list[dict[str, Any]]:
        """
        The rows that the estimator takes.

        Raises:
            WrongSteps: `prepare` fails on a row, refuses it, or gives no dictionary.
        """
        prepare = self.steps.prepare
        if prepare is None:
            return [dict(row) for row in rows]
        return [self._asked(prepare, "prepare", place, row) for place, row in enumerate(rows)]

    def present(self, predictions: Sequence[Mapping[str, Any]], rows: Sequence[Instance]) -> list[dict[str, Any]]:
        """
        What callers get for the rows.

        Raises:
            WrongSteps: `present` fails on a prediction, or gives no dictionary.
        """
        present = self.steps.present
        if present is None:
            return [dict(each) for each in predictions]
        pairs = enumerate(zip(predictions, rows, strict=True))
        return [self._asked(present, "present", place, each, row) for place, (each, row) in pairs]

    def row_ms(self) -> dict[str, float]:
        """The time that each step has taken for a row, by its name."""
        return {name: median(times) for name, times in self.times_ms.items()}

    def as_json(self) -> dict[str, Any]:
        """The manifest's entry."""
        entry: dict[str, Any] = {
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "prepare": self.steps.prepare is not None,
            "present": self.steps.present is not None,
        }
        return entry | ({"modules": dict(self.modules)} if self.modules else {})

    def _asked(self, function: Callable[..., Any], name: str, place: int, *arguments: Instance) -> dict[str, Any]:
        """What a step gives, which is the same each time that it is asked."""
        answer = self._called(function, name, place, *map(dict, arguments))
        if place < ASKED_TWICE and not _is_same(answer, self._called(function, name, place, *map(dict, arguments))):
            problem = f"{name} gives something else when row {place + 1} of the data comes again"
            raise WrongSteps(self.file, f"{problem}, as by a clock or by chance; expected the same each time.")
        if place + 1 == ASKED_TWICE and (fastest := min(self.times_ms[name])) > self.most_row_ms:
            raise SlowStep(self.file, name, fastest, most_ms=self.most_row_ms)
        return answer

    def _called(
        self, function: Callable[..., Any], name: str, place: int, *arguments: dict[str, Any]
    ) -> dict[str, Any]:
        row = json.dumps(arguments[-1], ensure_ascii=False, default=str)
        started = time.perf_counter()
        try:
            answer = function(*arguments)
            self.times_ms.setdefault(name, []).append((time.perf_counter() - started) * 1000)
        except Refused as refused:
            raise WrongSteps(self.file, f"{name} refuses row {place + 1} of the data, {row}: {refused}.") from None
        except (Exception, SystemExit) as error:
            what = f"{type(error).__name__}: {error}"
            raise WrongSteps(self.file, f"{name} fails on row {place + 1} of the data, {row}: {what}.") from error
        if not isinstance(answer, dict):
            given = type(answer).__name__
            raise WrongSteps(self.file, f"{name} gives a {given} for row {place + 1} of the data; expected a dict.")
        return answer


def _is_same(one: Any, other: Any) -> bool:
    """Whether two answers are written alike; NaN is as NaN, and what has no writing is told by its type."""
    return json.dumps(one, default=_kind, skipkeys=True) == json.dumps(other, default=_kind, skipkeys=True)


def _kind(value: Any) -> str:
    return type(value).__name__


def open_steps(file: Path, source: Path, most_row_ms: float = math.inf) -> OwnSteps:
    """
    Run a steps.py, with the owner's modules where they ship from.

    Args:
        source: the service's src/.
        most_row_ms: how long a step may take for one row.

    Raises:
        Unreadable: there is no such file.
        WrongSteps: it cannot be imported, or has neither function.
    """
    check_readable(file)
    with _read_anew(source) as before:
        try:
            steps = import_steps(str(file), f"steps of {file.resolve()}")
        except ModelLoadError as error:
            raise WrongSteps(file, str(error).removeprefix(f"{file}: ")) from error
        return OwnSteps(file, file.read_bytes(), steps, dict(_modules(source, before, file)), most_row_ms)


@contextlib.contextmanager
def _read_anew(source: Path) -> Iterator[set[str]]:
    """Import modules of the folder in the block, whatever of it a notebook has imported before; yield what is known."""
    known = {name: module for name, module in sys.modules.items() if name != "__main__" and _lies_in(source, module)}
    for name in known:
        del sys.modules[name]
    sys.path.insert(0, str(source))
    try:
        yield {*sys.modules}
    finally:
        sys.path.remove(str(source))
        sys.modules.update(known)


def _lies_in(source: Path, module: object) -> bool:
    """Whether a module is the owner's, and not one of an environment that stands in the same folder."""
    file = Path(str(getattr(module, "__file__", None) or "")).resolve()
    installed = INSTALLED.intersection(file.parts) or Path(sys.prefix).resolve() in file.parents
    return not installed and source.resolve() in file.parents


def _modules(source: Path, before: set[str], steps: Path) -> Iterator[tuple[str, str]]:
    loaded = [module for name, module in [*sys.modules.items()] if name not in before and _lies_in(source, module)]
    for each in sorted(Path(str(module.__file__)).resolve() for module in loaded):
        if each != steps.resolve():
            yield each.relative_to(source.resolve()).as_posix(), hashlib.sha256(each.read_bytes()).hexdigest()


def estimators_frame(own: OwnSteps, raw: pd.DataFrame, prepared: pd.DataFrame | None) -> pd.DataFrame:
    """
    The rows as the estimator takes them: the given ones, or what `prepare` makes of the raw ones.

    Columns that are whole numbers by these rows' chance are numbers.

    Raises:
        InvalidRows: there are not as many.
        WrongSteps: `prepare` fails.
    """
    if own.steps.prepare is None:
        return raw
    rows = to_rows(raw)
    if prepared is None:
        prepared = pd.DataFrame(own.prepare(rows))
    elif len(prepared) != len(raw):
        raise InvalidRows(
            f"the prepared rows are {len(prepared)}, the raw rows {len(raw)}; give one for each, in order."
        )
    by_chance = whole_by_chance(prepared, raw_features(raw, column_type), own.steps.prepare, rows)
    return prepared.astype(dict.fromkeys(by_chance, "float64"))


def with_raw(
    manifest: Mapping[str, Any], own: OwnSteps, features: Sequence[Feature], rows: Sequence[Instance]
) -> dict[str, Any]:
    """The manifest's content but its version: callers' features, and those that `prepare` makes of them."""
    ranged = with_ranges(features, rows)
    if own.steps.prepare:
        estimators = parse_manifest(to_text(dict(manifest))).features
        ranged = with_estimators_limits(ranged, estimators, own.steps.prepare, rows)
    described = [feature.as_json() for feature in ranged]
    prepared = {"prepared": manifest["features"]} if own.steps.prepare else {}
    callers = {"features": described} if own.steps.prepare else {}
    return {**{name: value for name, value in manifest.items() if name != "version"}, **callers, **prepared,
            "steps": own.as_json()}  # fmt: skip


def golden_places(bare: Sequence[Mapping[str, Any]], rows: Sequence[Instance]) -> list[int]:
    """Which rows become golden ones: the fullest, one with null for each feature, one of each label, the first ones."""
    nulls = [next((place for place, row in enumerate(rows) if row[name] is None), 0) for name in rows[0]]
    labels: dict[Any, int] = {}
    for place, each in enumerate(bare):
        labels.setdefault(str(each.get("label")), place)
    first = fullest(rows)
    distinct = [*dict.fromkeys([first, *nulls, *labels.values(), *range(len(rows))])][:GOLDEN_ROWS]
    return [first, *sorted({*distinct} - {first})]


def golden_json(
    own: OwnSteps, rows: Sequence[Instance], prepared: Sequence[Instance], bare: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The content of golden.json: callers' rows, what callers get, the prepared rows, what the model says of them."""
    return {
        "instances": [dict(row) for row in rows],
        "predictions": own.present(bare, rows),
        "prepared": [dict(row) for row in prepared],
        "bare": [dict(each) for each in bare],
    }
