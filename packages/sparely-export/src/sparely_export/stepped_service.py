"""The service of a model with own steps, asked the raw rows and held against the estimator of its own."""

import contextlib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sparely.agreement import differences
from sparely.bundle import STEPS, ModelLoadError, read_manifest
from sparely.check.events import event
from sparely_export.features import Instance
from sparely_export.own_steps import OwnSteps, WrongSteps
from sparely_export.refusals import Refusal

SHOWN = 3
ROUTE = "/predict/{area}/{model}"
SERVICE = "export"
"""What the service's lines are logged as."""


class Disagrees(Refusal):
    """The service of the callers' rows answers something else than the estimator of its own."""

    def __init__(self, model: str, rows: int, shown: Sequence[str], wrong: int) -> None:
        lines = [
            f"{model}: the service of raw rows and the estimator disagree on {wrong} of {rows} rows. "
            "Nothing was written.",
            *(f"  {each}" for each in shown),
        ]
        super().__init__("\n".join([*lines, *([f"  and {wrong - len(shown)} more."] if wrong > len(shown) else [])]))


def check_service(
    files: Mapping[str, bytes], own: OwnSteps, rows: Sequence[Instance], expected: Sequence[Mapping[str, Any]],
    manifest: Mapping[str, Any], source: Path,
) -> None:  # fmt: skip
    """
    Ask the service itself for the raw rows, with the engine that ships, and compare what callers get.

    Raises:
        Disagrees: an answer is not the estimator's, presented; a few rows are shown with both answers.
        WrongSteps: the service refuses a row, or fails on it.
    """
    area, name = manifest["area"], manifest["name"]
    with tempfile.TemporaryDirectory() as scratch, quiet():
        folder = Path(scratch) / "models" / area / name
        folder.mkdir(parents=True)
        for file, content in {**files, STEPS: own.content}.items():
            (folder / file).write_bytes(content)
        for module in own.modules:
            (Path(scratch) / module).parent.mkdir(parents=True, exist_ok=True)
            (Path(scratch) / module).write_bytes((source / module).read_bytes())
        tolerance = read_manifest(folder).tolerance
        causes = _Causes()
        try:
            with causes:
                document = _answer(Path(scratch), source, area, name, rows)
        except ModelLoadError as error:
            problem = str(error).removeprefix(f"{folder / STEPS}: ").replace(scratch, "src")
            raise WrongSteps(own.file, f"where it ships, {problem}") from error
    if document["status"] != 200:
        reason = causes.first or document["detail"]
        raise WrongSteps(own.file, f"the service answers its rows with {document['status']}: {reason.rstrip('.')}.")
    answers = document["predictions"][name]
    wrong = [
        f"row {place + 1} ({json.dumps(row, ensure_ascii=False)}): {sentence}"
        for place, (row, right, answer) in enumerate(zip(rows, expected, answers, strict=True))
        for sentence in [*differences([right], [answer], tolerance, place="the service's")][:1]
    ]
    if wrong:
        raise Disagrees(f"{area}/{name}", len(rows), wrong[:SHOWN], len(wrong))


def _answer(package: Path, source: Path, area: str, name: str, rows: Sequence[Instance]) -> dict[str, Any]:
    from sparely.service import Service  # what it reads of the environment is set by then

    class Context:
        aws_request_id = "export"

    sys.path.insert(0, str(source))
    try:
        service = Service(str(package / "handler" / "app.py"))
    finally:
        sys.path.remove(str(source))
    asked = event(ROUTE, {"area": area, "model": name}, {"instances": [dict(row) for row in rows]}, payload="2.0")
    answer = service(asked, Context())
    return {"detail": "", **json.loads(answer["body"]), "status": answer["statusCode"]}


class _Causes(logging.Handler):
    """Keeps what the service logs of a failure, while it is entered."""

    def __init__(self) -> None:
        super().__init__()
        self.first = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Take the sentence of the first exception."""
        error = record.exc_info[1] if record.exc_info else None
        if error and not self.first:
            own = type(error).__module__.startswith("sparely.")
            self.first = f"{error}" if own else f"{type(error).__name__}: {error}"

    def __enter__(self) -> None:
        logging.getLogger(os.environ["POWERTOOLS_SERVICE_NAME"]).addHandler(self)

    def __exit__(self, *of: object) -> None:
        logging.getLogger(os.environ["POWERTOOLS_SERVICE_NAME"]).removeHandler(self)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without the lines that the service writes for an operator."""
    os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "export")
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", SERVICE)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):  # noqa: PTH123
        yield
