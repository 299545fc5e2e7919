"""What the service's own steps change in golden answers: asked of the built package, kept in golden-service.json."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sparely.agreement import agrees, answer_differences
from sparely.bundle import Bundle, read_bundles, read_golden_service
from sparely.check.events import event
from sparely.golden import UNCHANGED, Answers, CallersAnswer
from sparely.manifest import Tolerance
from sparely_toolkit import names
from sparely_toolkit.contract.description import payload_of
from sparely_toolkit.loadtest.instances import area_cases
from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.serving import serving
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.testing.asking import Answer, Invoke, invoker, sender

SERVER_FAULT = 500
_OWN_CODE = "The service's own code"
_OWN_FILE = re.compile(r'"file":\s*"[^"]*?((?:handler/)?[^/"]+)",\s*"line":\s*(\d+)')
_EXCEPTION = re.compile(r'"stack_trace":\s*\{"type":\s*"(\w+)",\s*"value":\s*"(.*?)",\s*"module"')
MODEL, AREA = "/predict/{area}/{model}", "/predict/{area}"


class Stale(Problem):
    """What callers get for golden rows is not what is written."""

    exit_code = ExitCode.NO

    def __init__(self, rows: int) -> None:
        answers = "1 golden answer" if rows == 1 else f"{rows} golden answers"
        differ = f"give other answers than is written for {answers}: if that is meant," if rows else "have changed:"
        super().__init__(f"Own steps {differ} run make golden; in a script, make golden ARGS=--yes.")


class Failing(Problem):
    """The service fails on a golden row."""

    exit_code = ExitCode.NO

    def __init__(self, path: str, row: int, reason: object) -> None:
        super().__init__(
            f"POST /predict/{path} fails on golden row {row}: {reason}; mend src/handler/app.py, and run make golden "
            "again. Nothing was written."
        )
        self.path, self.row = path, row


@dataclass(frozen=True, slots=True)
class GoldenRow:
    """
    A golden row, asked alone.

    Attributes:
        path: an area, or an area and a model: what follows /predict/.
        row: its position.
        golden: what the models say, with their own steps.
        now: what callers get now.
        written: what they got by golden-service.json.
    """

    path: str
    row: int
    golden: CallersAnswer
    now: CallersAnswer
    written: CallersAnswer

    @property
    def is_changed(self) -> bool:
        """Whether callers get something else than is written."""
        return self.now != self.written


@dataclass(frozen=True, slots=True)
class _Question:
    path: str
    row: int
    parameters: Mapping[str, str]
    instance: Mapping[str, Any]
    golden: CallersAnswer
    tolerances: Mapping[str, Tolerance]


def ask(project: Project) -> list[GoldenRow]:
    """
    Ask the built package for every golden row of every model and area, as the check of a new version does.

    Raises:
        Failing: it fails on one.
        NotServed: it does not start.
    """
    template = intrinsics.read(project.template)
    models, written = read_bundles(project.models), read_golden_service(project.models)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with serving(project.built_template, log, "--no-auth", project=project) as server:
            invoke = invoker(sender(server.url), names.FUNCTION)
            try:
                return ask_each(models, written, invoke, payload_of(template))
            except Failing as failing:
                if cause := _cause(log.read_text("utf-8", errors="replace")):
                    raise Failing(failing.path, failing.row, cause) from None
                raise


def ask_each(models: Sequence[Bundle], written: Mapping[str, Answers], invoke: Invoke, payload: str) -> list[GoldenRow]:
    """
    The same of a function that runs already.

    Args:
        written: what golden-service.json holds.
        invoke: hands the function an event.
        payload: the format of its events, "1.0" or "2.0".
    """
    return [_asked(each, invoke, payload, written.get(each.path, UNCHANGED)) for each in _questions(models)]


def text_of(rows: Sequence[GoldenRow]) -> str | None:
    """What golden-service.json is to hold; None where it is not to be there."""
    changed = [row for row in rows if row.now != row.golden]
    answers = {
        path: [{"row": each.row, "status": each.now.status, "document": each.now.document} for each in group]
        for path, group in groupby(changed, key=lambda row: row.path)
    }
    return json.dumps({"answers": answers}, indent=2, ensure_ascii=False) + "\n" if answers else None


def without_models_gone(text: str, models: Sequence[Bundle]) -> str | None:
    """The same without areas and models that are no longer there; None where nothing is left."""
    document = json.loads(text)
    known = {name for model in models for name in (model.path, model.area)}
    left = {path: rows for path, rows in document["answers"].items() if path in known}
    if left == document["answers"]:
        return text
    return json.dumps({**document, "answers": left}, indent=2, ensure_ascii=False) + "\n" if left else None


def _questions(models: Sequence[Bundle]) -> Iterator[_Question]:
    for area, group in groupby(models, key=lambda model: model.area):
        members = [*group]
        tolerances = {model.name: model.manifest.tolerance for model in members}
        for row, case in area_cases(members):
            predictions = {model.name: [dict(model.predictions[row])] for model in members}
            yield _Question(
                area, row, {"area": area}, case, CallersAnswer(200, {"predictions": predictions}), tolerances
            )
        for model in members:
            for row, instance in enumerate(model.instances):
                golden = CallersAnswer(200, {"predictions": {model.name: [dict(model.predictions[row])]}})
                parameters = {"area": area, "model": model.name}
                yield _Question(model.path, row, parameters, instance, golden, {model.name: model.manifest.tolerance})


def _asked(question: _Question, invoke: Invoke, payload: str, written: Answers) -> GoldenRow:
    route = MODEL if "model" in question.parameters else AREA
    body = {"instances": [dict(question.instance)]}
    try:
        answer = invoke(event(route, question.parameters, body, payload=payload))
    except AssertionError as error:
        raise Failing(question.path, question.row, error) from None
    if answer.status >= SERVER_FAULT:
        raise Failing(question.path, question.row, f"it answers {answer.status}, {_detail(answer)}")
    before = written.get(question.row, question.golden)
    now = CallersAnswer(answer.status, _without_versions(answer.document))
    for known in (before, question.golden):
        # What differs by less than the tolerance is the same, whatever machine computes it.
        if not [*answer_differences(known, answer.status, answer.document, question.tolerances)]:
            now = known
            break
    else:
        loosest = max(question.tolerances.values(), key=lambda each: (each.absolute, each.relative))
        for known in (before, question.golden):
            now = CallersAnswer(now.status, _settled(now.document, known.document, loosest))
    return GoldenRow(question.path, question.row, question.golden, now, before)


def _settled(now: Any, known: Any, tolerance: Tolerance) -> Any:
    """An answer with each part as it is known wherever that agrees, as numbers do within the tolerance."""
    if isinstance(now, Mapping) and isinstance(known, Mapping):
        if agrees([known], [now], tolerance):
            return known
        return {name: _settled_member(name, each, known, tolerance) for name, each in now.items()}
    if isinstance(now, list) and isinstance(known, list) and len(now) == len(known):
        return [_settled(each, other, tolerance) for each, other in zip(now, known, strict=True)]
    return now


def _settled_member(name: str, now: Any, known: Mapping[str, Any], tolerance: Tolerance) -> Any:
    if name in known and agrees([{name: known[name]}], [{name: now}], tolerance):
        return known[name]
    return _settled(now, known.get(name), tolerance)


def _without_versions(document: Any) -> Any:
    if not isinstance(document, Mapping):
        return document
    return {name: value for name, value in document.items() if name != "versions"}


def _cause(log: str) -> str:
    """What the function has logged of its own code's failure, with file and line; empty where it has not."""
    found = [(_OWN_FILE.search(line), _EXCEPTION.search(line)) for line in log.splitlines() if _OWN_CODE in line]
    if not found or not all(found[-1]):
        return ""
    file, error = found[-1]
    assert file
    assert error
    return f"{error[1]}: {error[2]} (src/{file[1]}, line {file[2]})"


def _detail(answer: Answer) -> str:
    document = answer.document
    return str(document.get("detail", "") if isinstance(document, Mapping) else document).rstrip(".")
