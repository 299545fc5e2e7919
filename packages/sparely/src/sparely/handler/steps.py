"""Rows through an owner's steps of a model: before its tensors, after its predictions; loaded where there are some."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from sparely.handler.errors import LISTED_FAULTS, DoesNotFit, Fault, ModelFailed, pointer
from sparely.handler.response import encode
from sparely.handler.telemetry import log_failure
from sparely.handler.tensors import picker
from sparely.handler.validation import Column, Row, Schema, show
from sparely.kinds import Prediction
from sparely.manifest import Feature, Manifest
from sparely.record import Record
from sparely.steps import Refused, Steps

PLAIN = frozenset((bool, type(None)))
LARGEST_PLAIN = 2**63
"""Of whole numbers; Python writes none of thousands of digits."""


class WrongStep(Exception):
    """A step gave what it must not; the sentence is for the log."""


class NotTaken(Exception):
    """The estimator refuses values of a prepared row: each with its column."""

    def __init__(self, values: Sequence[tuple[Column, Any]]) -> None:
        super().__init__(", ".join(column.name for column, _ in values))
        self.values = values


class Stepped(Record):
    """
    A model's steps for rows of certain columns.

    `names` are the features of the caller's row, which `pick` takes out of a validated row, None where they are all of
    it; `whole` are those that are whole numbers; `schema` is the prepared row's, `checks` the tests of its values, each
    with whether it may be null.
    """

    manifest: Manifest
    steps: Steps
    names: tuple[str, ...]
    pick: Callable[[Row], Sequence[Any]] | None
    whole: tuple[str, ...]
    schema: Schema
    checks: tuple[tuple[Callable[[Any], bool], bool], ...]

    def prepare(self, rows: Sequence[Row]) -> Sequence[Row]:
        """
        Let `prepare` make of n validated rows those that the estimator was fitted on.

        Returns:
            n rows of the prepared features in the manifest's order; the same rows where there is no `prepare`.

        Raises:
            DoesNotFit: it refused rows, which the caller can mend.
            ModelFailed: it failed, or gave a row that is not what the manifest says.
        """
        prepare = self.steps.prepare
        if prepare is None:
            return rows
        prepared: list[Row] = []
        faults: list[Fault] = []
        for position, values in enumerate(rows):
            try:
                prepared.append(self._fitting(prepare(self._row(values))))
            except Refused as refused:
                faults.append(_fault(refused, position, self.names))
            except NotTaken as refused:
                row = self._row(values)
                faults += [_not_taken(column, value, position, row) for column, value in refused.values]
            except (Exception, SystemExit) as error:
                raise _failed(self, "prepare", position, error) from error
            if len(faults) > LISTED_FAULTS:
                break
        if faults:
            raise DoesNotFit(faults)
        return prepared

    def present(self, rows: Sequence[Row], predictions: list[Prediction]) -> list[Prediction]:
        """
        Let `present` make of n predictions what callers get.

        Args:
            rows: the validated rows that the predictions are of.

        Raises:
            ModelFailed: it failed, or gave what is no JSON object.
        """
        present = self.steps.present
        if present is None:
            return predictions
        presented: list[Prediction] = []
        for position, (prediction, values) in enumerate(zip(predictions, rows, strict=True)):
            try:
                answer = present(prediction, self._row(values))
                if not isinstance(answer, dict):
                    raise WrongStep(f"present returned {_shown(answer)}; expected a dictionary.")
                if not _is_plain(answer):
                    encode(answer).encode()
                presented.append(answer)
            except (Exception, SystemExit) as error:
                raise _failed(self, "present", position, error) from error
        return presented

    def known(self, values: Row) -> list[tuple[Feature, Any]]:
        """The features of a validated row that are not null, each with its value."""
        row = self._row(values)
        return [(each, row[each.name]) for each in self.manifest.features if row[each.name] is not None]

    def _row(self, values: Row) -> dict[str, Any]:
        """A validated row as steps get it: every feature of the model, None where the caller gave null or nothing."""
        row = dict(zip(self.names, self.pick(values) if self.pick else values, strict=True))
        for name in self.whole:
            if type(row[name]) is float:  # JSON's 5.0 is a whole number too
                row[name] = int(row[name])
        return row

    def _fitting(self, row: Any) -> Row:
        """The prepared features out of what `prepare` gave; others in it are the owner's business."""
        try:
            values = self.schema.pick(row)
        except (KeyError, TypeError):
            return _nulls_filled(row, self.schema.columns)
        for (fits, takes_null), value in zip(self.checks, values, strict=True):
            if not (takes_null if value is None else fits(value)):
                return _nulls_filled(row, self.schema.columns)
        return values


def with_steps(manifest: Manifest, steps: Steps, columns: Sequence[str]) -> Stepped:
    """Work out once how rows of these columns go through a model's steps."""
    names = tuple(feature.name for feature in manifest.features)
    schema = Schema.of(manifest.path, [manifest._replace(features=manifest.prepared)])
    return Stepped(
        manifest=manifest,
        steps=steps,
        names=names,
        pick=None if names == tuple(columns) else picker([columns.index(name) for name in names]),
        whole=tuple(feature.name for feature in manifest.features if feature.type == "integer"),
        schema=schema,
        checks=tuple((column.value_type.fits, column.takes_null) for column in schema.columns),
    )


def _nulls_filled(row: Any, columns: Sequence[Column]) -> Row:
    """The values of a prepared row that has not all of them, None for those that are null."""
    if not isinstance(row, Mapping):
        raise WrongStep(f"prepare returned {_shown(row)}; expected a dictionary.")
    values = [row.get(column.name) for column in columns]
    refused: list[tuple[Column, Any]] = []
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        if value is not None and column.value_type.fits(value):
            continue
        if value is None or value != value:  # NaN, as training tables have null
            values[place] = None
            if column.takes_null and (not column.required or column.name in row):
                continue
        if column.accepts and value is not None and getattr(column.value_type, "of", column.value_type).fits(value):
            refused.append((column, value))
            continue
        problem = f"is {_shown(value)}" if column.name in row else "is missing"
        raise WrongStep(f"prepare returned a row whose {column.name} {problem}; expected {column.expected_for(value)}.")
    if refused:
        raise NotTaken(refused)
    return values


def _is_plain(document: dict[Any, Any]) -> bool:
    """Whether JSON surely carries this; what is not as plain is tried, which takes three times as long."""
    for name, value in document.items():
        kind = type(value)
        if type(name) is not str or not name.isascii():
            return False
        if kind is float:
            if not isfinite(value):
                return False
        elif kind is str:
            if not value.isascii():
                value.encode()  # half of a character outside of the basic plane is no text
        elif kind is int:
            if not -LARGEST_PLAIN < value < LARGEST_PLAIN:
                return False
        elif kind not in PLAIN and not (kind is dict and _is_plain(value)):
            return False
    return True


def _shown(value: Any) -> str:
    if type(value) is float and value != value:
        return "NaN"
    plain = value is None or type(value) in (bool, int, float, str, list, dict)
    return show(value) if plain else f"of type {type(value).__name__}"


def _fault(refused: Refused, position: int, names: Sequence[str]) -> Fault:
    place, where = f"/instances/{position}", f"instances[{position}]"
    if refused.feature in names:
        place, where = pointer(place, str(refused.feature)), f"{where}.{refused.feature}"
    return Fault(place, f"{where}: {refused.reason.rstrip('.')}.")


def _not_taken(column: Column, value: Any, position: int, row: Mapping[str, Any]) -> Fault:
    """A value that the estimator refuses, at its place in the caller's row where `prepare` has handed it on."""
    place, where = f"/instances/{position}", f"instances[{position}]"
    if column.name in row and type(row[column.name]) is type(value) and row[column.name] == value:
        place, problem = pointer(place, column.name), f"{where}.{column.name} is {_shown(value)}"
    else:
        problem = f"{where} has {column.name} {_shown(value)} once it is prepared"
    return Fault(place, f"{problem}; expected {column.expected}.")


def _failed(stepped: Stepped, step: str, position: int, error: BaseException) -> ModelFailed:
    """Log what a step's failure was and where, and return what callers are told of it."""
    name = stepped.manifest.name
    log_failure("A step failed", error, getattr(stepped.steps, step), model=name, step=step, row=position)
    return ModelFailed(name)
