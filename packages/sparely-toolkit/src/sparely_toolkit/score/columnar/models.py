"""Columns through the models: their answers as columns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sparely.batch.blocks import ROWS
from sparely.batch.scorer import Scorer
from sparely.bundle import MODEL
from sparely.engine import ElementType, EngineError
from sparely.handler.errors import ServiceError
from sparely.handler.predictions import check_answers
from sparely.handler.registry import Model
from sparely.handler.tensors import Packing
from sparely.kinds import KINDS, OUTLIER, Form
from sparely.manifest import Manifest
from sparely_toolkit.score.columnar.features import ARROW_TYPES, Misfit, Packed, check
from sparely_toolkit.score.columnar.outputs import ArrowOutputs, column, together

_OUTPUTS = {
    ElementType.STRING: pa.string(),
    ElementType.BOOL: pa.bool_(),
    ElementType.INT32: pa.int64(),
    ElementType.INT64: pa.int64(),
    ElementType.FLOAT: pa.float64(),
    ElementType.DOUBLE: pa.float64(),
}
Values = Mapping[str, Sequence[Any]]
MOST_ROWS_A_RUN = 4_000
"""Of a small model, for which the call itself is a part of what a run costs."""
RUN_BYTES = 128 << 20
"""What a run may have between a model's steps, where these make no more of a row than the model's file has bytes."""


class Models:
    """The models of an area, or one of them, asked with columns."""

    def __init__(self, scorer: Scorer) -> None:
        self._members = [
            (*member, ArrowOutputs(member[0].session), _rows_a_run(scorer.folder, member[0]))
            for member in scorer.group.members
        ]
        self._columns = scorer.group.schema.columns

    @staticmethod
    def can(scorer: Scorer) -> bool:
        """Whether all that these models do can be done with columns: none has code of its owner's around it."""
        return scorer.is_bare and all(
            member.form in _SHOWN or member.role not in manifest.outputs
            for manifest in scorer.group.manifests
            for member in KINDS[manifest.kind]
        )

    def ask(self, columns: Mapping[str, Any], rows: int) -> list[Any]:
        """
        Answer n rows.

        Args:
            columns: arrays of n values by the names of features, of `ARROW_TYPES`; one that is not there is null.

        Returns:
            Arrays of n values, in the order of the scorer's columns.

        Raises:
            Misfit: not every row has an answer.
        """
        taken = {
            each.name: columns[each.name] if each.name in columns else pa.nulls(rows, ARROW_TYPES[each.type])
            for each in self._columns
        }
        for each in self._columns:
            check(each, taken[each.name])
        return [answer for member in self._members for answer in _ask(*member, taken, rows)]


def arrow_types(scorer: Scorer) -> dict[str, Any]:
    """What the models give in each column of an answer, where no code of an owner's has a part in it."""
    return dict(
        zip(
            scorer.columns,
            (kind for model, _ in scorer.group.members for kind in _types(model)),
            strict=True,
        )
    )


def _types(model: Model) -> Iterator[Any]:
    of = {spec.name: spec.element_type for spec in model.session.outputs}
    for member in KINDS[model.manifest.kind]:
        if member.role in model.manifest.outputs:
            if member.form == "chosen":
                yield pa.list_(pa.string())
                continue
            kind = _OUTPUTS[of[model.manifest.outputs[member.role]]]
            kind = pa.bool_() if member.form == "outlier" or (member.form == "label" and model.manifest.flags) else kind
            yield from [kind] * (len(model.manifest.labels) if member.has_columns else 1)


def _rows_a_run(folder: str, model: Model) -> int:
    """As many as the API takes at once, and more of a small model."""
    size = Path(folder, model.manifest.area, model.manifest.name, MODEL).stat().st_size
    return max(ROWS, min(MOST_ROWS_A_RUN, RUN_BYTES // size))


def _ask(
    model: Model, packing: Packing, read: ArrowOutputs, rows_a_run: int, columns: Mapping[str, Any], rows: int
) -> list[Any]:
    manifest = model.manifest
    inputs = [Packed(each, described, columns) for each, described in zip(packing, manifest.inputs, strict=True)]
    parts: dict[str, list[Sequence[Any]]] = {name: [] for name in manifest.outputs.values()}
    for start in range(0, rows, rows_a_run):
        tensors = {each.name: each.rows(start, min(start + rows_a_run, rows)) for each in inputs}
        try:
            outputs = model.session.run_into(read, tensors)
            check_answers(outputs, tensors, manifest, "")
        except (EngineError, ServiceError):
            raise Misfit from None
        for name, part in parts.items():
            part.append(outputs[name].values)
    return _shown(manifest, {name: together(part) for name, part in parts.items()}, rows)


def _shown(manifest: Manifest, outputs: Values, rows: int) -> list[Any]:
    """The columns of `bare_columns`, as `sparely.kinds` has them in a prediction."""
    shown: list[Any] = []
    for member in KINDS[manifest.kind]:
        if member.role in manifest.outputs:
            values = outputs[manifest.outputs[member.role]]
            width = len(manifest.labels) if member.has_columns else 1
            if len(values) != rows * width:
                raise Misfit
            shown += _SHOWN[member.form]([column(values, place, width) for place in range(width)], manifest)
    return shown


def _as_they_are(columns: list[Any], manifest: Manifest) -> list[Any]:
    return columns


def _labels(columns: list[Any], manifest: Manifest) -> list[Any]:
    return [each.cast(pa.bool_()) for each in columns] if manifest.flags else columns


def _outliers(columns: list[Any], manifest: Manifest) -> list[Any]:
    return [pc.equal(each, OUTLIER) for each in columns]


def _shares(columns: list[Any], manifest: Manifest) -> list[Any]:
    return [_between(each) for each in columns]


def _between(values: Any) -> Any:
    bounds = pc.min_max(values)
    if bounds["min"].as_py() >= 0 and bounds["max"].as_py() <= 1:
        return values
    return pc.if_else(pc.less(values, 0), 0.0, pc.if_else(pc.greater(values, 1), 1.0, values))


_SHOWN: dict[Form, Callable[[list[Any], Manifest], list[Any]]] = {
    "label": _labels,
    "outlier": _outliers,
    "cluster": _as_they_are,
    "number": _as_they_are,
    "numbers": _as_they_are,
    "probabilities": _shares,
}
"""How a model's outputs become columns, by the form of the member; a list in a cell is none."""
