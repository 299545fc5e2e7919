"""Rows in, predictions out: each row answered as a request of that row alone would be."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from sparely.batch.flat import OtherMembers, bare_columns, picker
from sparely.handler.errors import DoesNotFit, Fault, ModelFailed, ServiceError, quote
from sparely.handler.registry import Group
from sparely.handler.routes import predict
from sparely.handler.validation import Row, complete_rows, read_instances
from sparely.kinds import Prediction
from sparely.record import Record

if TYPE_CHECKING:
    from sparely.service import Service

Cells: TypeAlias = Sequence[Any]


class Refused(Record):
    """A row without an answer: what a request of it alone would have been told."""

    faults: tuple[Fault, ...]


class Scorer:
    """
    The models of an area, or one of them, over many rows.

    Attributes:
        names: the features of a row, in order.
        columns: those of an answer: the places of a prediction's values, each behind its model's name where there are
            several models.
        versions: by model, which one answers.
        group: those models.
        folder: of all models; each has its own there, `area/name`.
        is_bare: whether none of them, and no request, goes through code of the service's owner.
    """

    def __init__(self, service: "Service", area: str, model: str = "", columns: Mapping[str, Sequence[str]] = {}):
        """
        Find the models.

        Args:
            columns: by model, the columns of what callers get; those that the model alone gives where there is nothing.

        Raises:
            ServiceError: the service has no such area or model.
        """
        registry = service.registry
        self._service, self._area, self._model = service, area, model
        self.group: Group = registry.model({"area": area, "model": model}) if model else registry.area({"area": area})
        self.folder = service.models
        self.names = self.group.schema.names
        self.types = {column.name: column.type for column in self.group.schema.columns}
        self.needed = tuple(column.name for column in self.group.schema.columns if column.required)
        manifests = self.group.manifests
        bare = {each.name: bare_columns(each) for each in manifests}
        shown = {name: tuple(columns.get(name, places)) for name, places in bare.items()}
        self.columns = tuple(
            place if len(shown) == 1 else f"{name}.{place}" for name, places in shown.items() for place in places
        )
        self.versions = {each.name: each.version for each in manifests}
        self.is_bare = not (service.has_own_steps or self.group.stepped) and shown == bare
        self._pickers: list[Callable[[Prediction], Cells]] = [picker(shown[name], bare[name]) for name in bare]

    def score(self, instances: Sequence[Any]) -> list[Cells | Refused]:
        """
        Answer n instances as callers send them, each on its own; one that is refused already stays so.

        Returns:
            n rows of cells in the order of `columns`, or what is wrong with the row.
        """
        rows = complete_rows(instances, self.group.schema) or [self._row(each) for each in instances]
        answers = iter(self.score_rows([each for each in rows if not isinstance(each, Refused)]))
        return [each if isinstance(each, Refused) else next(answers) for each in rows]

    def _row(self, instance: Any) -> Row | Refused:
        if isinstance(instance, Refused):
            return instance
        try:
            return read_instances({"instances": [instance]}, self.group.schema, most_rows=1)[0]
        except DoesNotFit as error:
            return Refused(error.faults)

    def score_columns(self, columns: Sequence[Sequence[Any]]) -> list[Cells | Refused] | None:
        """
        The same of k columns of n values each, in the order of `names`.

        Returns:
            None where a value does not fit; `score` says which.
        """
        schema = self.group.schema
        if not all(column.all_fit(values) for column, values in zip(schema.columns, columns, strict=True)):
            return None
        return self.score_rows([*zip(*columns, strict=True)])

    def score_rows(self, rows: Sequence[Row]) -> list[Cells | Refused]:
        """The same of n validated rows."""
        if not rows:
            return []
        try:
            predictions = self._predictions(rows)
            failed = next((each for each in predictions if isinstance(each, ModelFailed)), None)
            if failed is None:
                return self._flat(predictions)
            error: Exception = failed
        except (ServiceError, OtherMembers) as refused:
            error = refused
        if len(rows) == 1:
            return [Refused(_faults(error))]
        half = len(rows) // 2
        return [*self.score_rows(rows[:half]), *self.score_rows(rows[half:])]

    def _predictions(self, rows: Sequence[Row]) -> Sequence[Sequence[Prediction] | ModelFailed]:
        """By model in order, n predictions or its fault."""
        if not self._service.has_own_steps:
            return predict(self.group, rows)
        from sparely.batch.own_steps import ask

        instances = [dict(zip(self.names, row, strict=True)) for row in rows]
        answers = ask(self._service, self._area, self._model, instances)
        return [answers[name] for name in self.versions]

    def _flat(self, predictions: Sequence[Any]) -> list[Cells | Refused]:
        parts = [[pick(each) for each in of] for pick, of in zip(self._pickers, predictions, strict=True)]
        if len(parts) == 1:
            return parts[0]
        return [[*chain.from_iterable(row)] for row in zip(*parts, strict=True)]


def _faults(error: Exception) -> tuple[Fault, ...]:
    faults = getattr(error, "faults", ())
    if faults:
        return tuple(faults)
    cause = error.__cause__
    if isinstance(error, ModelFailed) and cause is not None:
        # Whoever runs a file has no log under a request's id.
        return (Fault("", f"Model {quote(error.model)} failed: {type(cause).__name__}: {cause}."),)
    return (Fault("", getattr(error, "detail", str(error))),)
