"""One seed: compose, fit, export, and ask the service itself; what came of it, as a verdict and a sentence."""

import contextlib
import io
import json
import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.random_pipelines import tables
from benchmarks.random_pipelines.composing import composed
from sparely.agreement import differences
from sparely.bundle import read_manifest
from sparely.check.events import event
from sparely_export.answers import ask_estimator
from sparely_export.bundle import Prepared, prepare
from sparely_export.candidate import Candidate
from sparely_export.options import Allowed
from sparely_export.parity import ParityError
from sparely_export.precheck import WillNotConvert, problems_of
from sparely_export.refusals import Refusal
from sparely_export.stepped_service import quiet
from sparely_export.tasks import task_of
from tests.support.candidates import CARD, candidate

FITTED, OWN = 130, 200
MOST_DRAWS = 60
ROUTE = "/predict/{area}/{model}"
STRANGE: Sequence[Any] = (None, "a word nobody knows", "", 1e308, -1e308, 0, -1, 2**53, True, [], {}, "1")
"""What callers send in place of a value."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one pipeline: equal, refused, differs, wrong, 5xx or broken; a sentence where it is not equal."""

    seed: int
    verdict: str
    steps: str
    sentence: str = ""

    @property
    def kind(self) -> str:
        """The sentence without names and numbers, to count by."""
        if self.verdict == "equal":
            return ""
        lines = self.sentence.splitlines()
        told = lines[1] if self.verdict == "refused" and len(lines) > 1 else (lines or [""])[0]
        return re.sub(r'step "[^"]*": |-?\d+(\.\d+)?(e[-+]?\d+)?|trials/trial:? ?', "", told).strip()[:150]


class Context:
    """What Lambda hands on with an event."""

    aws_request_id = "trial"


def tried(seed: int) -> Result:
    """Compose, fit, convert and compare one pipeline on rows of its own; what does not even fit is drawn again."""
    random = np.random.default_rng(seed)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for _ in range(MOST_DRAWS):
            table = tables.drawn(random, FITTED + OWN)
            model, target, columns = composed(random, table)
            frame = table.frame[columns]
            answers = tables.targets(random, table)[target]
            given: Any = frame
            if {table.kinds[name] for name in columns} <= {"number", "skewed", "whole", "gaps"} and seed % 3 == 0:
                given = frame.to_numpy(dtype=float)
            with contextlib.redirect_stdout(io.StringIO()):
                if columns and _fits(model, given, answers):
                    return _judged(seed, model, frame)
    raise RuntimeError(f"seed {seed}: none of {MOST_DRAWS} pipelines could be fitted")


def _fits(model: Any, given: Any, answers: Any) -> bool:
    """Whether the libraries themselves fit it, and answer all rows by finite numbers."""
    try:
        model.fit(given[:FITTED]) if answers is None else model.fit(given[:FITTED], answers[:FITTED])
        found = np.asarray(model.predict(given))
        return found.dtype.kind not in "f" or bool(np.isfinite(found).all())
    except Exception:
        return False


def _judged(seed: int, model: Any, frame: pd.DataFrame) -> Result:
    steps = " ".join(str(model).split())
    try:
        problems = problems_of(model)
        if problems:
            raise WillNotConvert(CARD.path, problems)
        tried = candidate(model, frame[:FITTED], frame[FITTED:], Allowed())
        prepared = prepare(tried)
    except ParityError as error:
        return Result(seed, "refused" if error.reason else "differs", steps, str(error))
    except Refusal as error:
        return Result(seed, "refused", steps, str(error))
    except Exception as error:  # what this is here to find
        return Result(seed, "broken", steps, f"{type(error).__name__}: {error}")
    return Result(seed, *_served(tried, prepared, steps))


def _served(tried: Candidate, prepared: Prepared, steps: str) -> tuple[str, str, str]:
    """Ask the service, with the engine that ships, the rows of its own, and what callers get wrong."""
    names = [feature.name for feature in tried.features]
    rows = [{name: row[name] for name in names} for row in tried.held_out_rows]
    first = np.asarray(tried.estimator.predict(_table(tried, rows[:1])))
    expected = ask_estimator(tried.estimator, tried.features, rows, task_of(tried.estimator, first, tried.targets))
    with tempfile.TemporaryDirectory() as scratch, quiet():
        folder = Path(scratch) / "models" / CARD.area / CARD.name
        folder.mkdir(parents=True)
        for name, content in prepared.files.items():
            (folder / name).write_bytes(content)
        tolerance = read_manifest(folder).tolerance
        service = _service(Path(scratch))
        status, document = _asked(service, rows)
        if status != 200:
            return "5xx" if status >= 500 else "wrong", steps, f"its own rows are answered with {status}: {document}"
        wrong = list(differences(expected.predictions(), document["predictions"][CARD.name], tolerance, place="served"))
        if wrong:
            return "wrong", steps, wrong[0]
        for row in _strange(rows[0]):
            status, document = _asked(service, [row])
            if status >= 500:
                return "5xx", steps, f"{status} for {row}: {document}"
    return "equal", steps, ""


def _table(tried: Candidate, rows: Sequence[Mapping[str, Any]]) -> Any:
    from sparely_export.answers import as_fitted

    return as_fitted(tried.estimator, tried.features, rows)


def _strange(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A row with one value that does not belong there, with a feature more, and with none."""
    for name in row:
        yield from ({**row, name: value} for value in STRANGE)
        yield {other: value for other, value in row.items() if other != name}
    yield {**row, "nobody's": 1}
    yield {}


def _service(package: Path) -> Any:
    from sparely.service import Service  # what it reads of the environment is set by then

    return Service(str(package / "handler" / "app.py"))


def _asked(service: Any, rows: Sequence[Mapping[str, Any]]) -> tuple[int, Any]:
    body = {"instances": [dict(row) for row in rows]}
    answer = service(event(ROUTE, {"area": CARD.area, "model": CARD.name}, body, payload="2.0"), Context())
    return int(answer["statusCode"]), json.loads(answer["body"])


def run(seeds: Sequence[int]) -> Iterator[Result]:
    """Try one pipeline a seed, in this process."""
    yield from map(tried, seeds)
