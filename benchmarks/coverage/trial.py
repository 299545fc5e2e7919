"""One case through all that an export does, but for the writing."""

import warnings
from dataclasses import dataclass
from typing import Any

from sklearn.base import clone

from benchmarks.coverage.cases import Case
from benchmarks.coverage.tables import Table
from sparely_export.bundle import prepare
from sparely_export.fitted_tables import takes_text
from sparely_export.frameworks.onnx_file import OnnxFile
from sparely_export.parity import ParityError
from sparely_export.precheck import problems_of
from sparely_export.refusals import Refusal
from tests.support.candidates import candidate

NUMBERS = {"FP32": "float32", "FP64": "float64", "INT64": "int64"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What came of a case.

    `kept` is the type of its numbers, or "" where it fails; `difference` the largest that was seen, if any was;
    `reason` why it fails, or why float32 was not enough.
    """

    group: str
    name: str
    kept: str
    difference: float | None
    reason: str


def trial(case: Case) -> Outcome:
    """Fit or open, describe, check, convert, compare."""
    table = case.table()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            estimator = case.estimator() if callable(case.estimator) else _fit(case.estimator, table)
        except Refusal as error:
            return Outcome(case.group, case.name, "", None, str(error))
        problems = [] if isinstance(estimator, OnnxFile) else problems_of(estimator)
        if problems:
            return Outcome(case.group, case.name, "", None, f"refused before: {problems[0].reason}")
        return _converted(case, estimator, table)


def _converted(case: Case, estimator: Any, table: Table) -> Outcome:
    try:
        prepared = prepare(candidate(estimator, table.frame))
    except ParityError as error:
        reason = (
            f"parity: {error.labels_differing} of {error.compared} labels differ"
            if error.labels_differing
            else "parity"
        )
        return Outcome(case.group, case.name, "", error.largest, reason)
    except Refusal as error:
        return Outcome(case.group, case.name, "", None, str(error))
    first, last = prepared.tried[0], prepared.tried[-1]
    datatypes = {entry["datatype"] for entry in prepared.manifest["inputs"]}
    kept = NUMBERS.get(last.datatype, last.datatype.lower()) if datatypes != {"BYTES"} else "strings"
    return Outcome(case.group, case.name, kept, prepared.manifest["parity"]["largest_difference"], _why(first.failure))


def _why(failure: Exception | None) -> str:
    if isinstance(failure, ParityError):
        return f"in float32 {failure.labels_differing} labels and {failure.largest:.0e}"
    return "" if failure is None else "float32 does not convert"


def _fit(estimator: Any, table: Table) -> Any:
    fresh = clone(estimator)
    parameters = fresh.get_params().items()
    seeds = [name for name, value in parameters if name.rpartition("__")[2] == "random_state" and value is None]
    fresh.set_params(**dict.fromkeys(seeds, 0))  # each fit of a case is the same
    if table.groups is not None:
        key = {"XGBRanker": "qid", "CatBoostRanker": "group_id"}.get(type(fresh).__name__)
        sizes = [list(table.groups).count(group) for group in dict.fromkeys(table.groups)]
        return fresh.fit(table.frame, table.target, **({key: table.groups} if key else {"group": sizes}))
    rows = table.frame.iloc[:, 0] if takes_text(fresh) else table.frame
    return fresh.fit(rows) if table.target is None else fresh.fit(rows, table.target)
