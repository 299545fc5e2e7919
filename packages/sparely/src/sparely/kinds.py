"""
What each kind of model gives: the outputs of its graph, and the members of a prediction that they become.

The one table of it: the service and the check read outputs by it, an export names a graph's outputs and shows the
estimator's answers by it, the contract describes predictions by it. `sparely docs add-a-model` has it in words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, Literal, TypeAlias

from sparely.record import Record

# Not `type` statements: an arm64 package is tried out under Python 3.11, the newest there is to emulate.
Prediction: TypeAlias = dict[str, Any]
Form: TypeAlias = Literal["label", "chosen", "outlier", "cluster", "number", "numbers", "probabilities"]

OUTLIER = -1
"""What scikit-learn's detectors call an outlier; what fits is 1."""


class Member(Record):
    """
    One member of a prediction.

    `role` names the output that it is read from, n values or n rows of c values; `form` says how it is shown:

    - label: one of the model's labels
    - chosen: the names of the columns that are not 0
    - outlier: whether the label is `OUTLIER`
    - cluster: a whole number
    - number: a number
    - numbers: a number by the name of each column
    - probabilities: the same, each from 0 to 1; a model may have none
    """

    name: str
    role: str
    form: Form

    @property
    def is_optional(self) -> bool:
        """Whether a model of the kind may be without it."""
        return self.form == "probabilities"

    @property
    def is_numeric(self) -> bool:
        """Whether it is measured, and so compared within a tolerance; other members are equal or wrong."""
        return self.form in ("number", "numbers", "probabilities")

    @property
    def has_columns(self) -> bool:
        """Whether its output has a column for each of the model's labels or targets."""
        return self.form in ("chosen", "numbers", "probabilities")


KINDS: dict[str, tuple[Member, ...]] = {
    "classifier": (Member("label", "label", "label"), Member("probabilities", "probabilities", "probabilities")),
    "multilabel": (Member("labels", "labels", "chosen"), Member("probabilities", "probabilities", "probabilities")),
    "regressor": (Member("value", "value", "number"),),
    "multi-regressor": (Member("values", "values", "numbers"),),
    "ranker": (Member("score", "score", "number"),),
    "outlier-detector": (Member("outlier", "label", "outlier"), Member("score", "score", "number")),
    "clusterer": (Member("cluster", "cluster", "cluster"),),
}


def flattened(prediction: Mapping[str, Any], parents: str = "") -> Iterator[tuple[str, Any]]:
    """Each value of a prediction with its place in it, such as `probabilities.spam`; a list is one value."""
    for name, value in prediction.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{parents}{name}.")
        else:
            yield f"{parents}{name}", value


def label_name(label: Any) -> str:
    """What a label is called where it names a column: `true` and `false` as JSON has them."""
    return str(label).lower() if isinstance(label, bool) else str(label)


def are_flags(labels: Sequence[Any]) -> bool:
    """Whether the labels are true and false, for which a graph gives 1 and 0."""
    return bool(labels) and all(isinstance(label, bool) for label in labels)


def read_predictions(
    kind: str, outputs: Mapping[str, Sequence[Any]], columns: Sequence[str], *, flags: bool = False
) -> list[Prediction]:
    """
    Name what a model gave for n rows.

    Args:
        outputs: by role the values of a tensor of shape (n,), (n, 1) or (n, c), flat and row-major.
        columns: the names of the c columns: labels or targets.
        flags: whether labels are true and false.

    Raises:
        KeyError: an output is missing that the kind has.
        ValueError: an output has other lengths than the others.
    """
    # No kind has more than two members, and writing them out takes a third of the time of a loop over them.
    readers = _READERS[kind]
    name, role, show, _ = readers[0]
    values = show(outputs[role], columns) if show else outputs[role]
    if flags:
        values = [bool(value) for value in values]
    if len(readers) == 1 or (readers[1][3] and readers[1][1] not in outputs):
        return [{name: value} for value in values]
    other_name, role, show, _ = readers[1]
    other_values = show(outputs[role], columns) if show else outputs[role]
    return [{name: one, other_name: another} for one, another in zip(values, other_values, strict=True)]


def _outliers(values: Sequence[Any], columns: Sequence[str]) -> Sequence[Any]:
    return [value == OUTLIER for value in values]


def _chosen(values: Sequence[Any], columns: Sequence[str]) -> Sequence[Any]:
    return [list(compress(columns, row)) for row in _rows(values, columns)]


def _by_column(values: Sequence[Any], columns: Sequence[str]) -> Sequence[Any]:
    return [dict(zip(columns, row, strict=True)) for row in _rows(values, columns)]


def _shares(values: Sequence[Any], columns: Sequence[str]) -> Sequence[Any]:
    """Rounding may leave a probability a hair below 0 or above 1, which none can be."""
    if values and (min(values) < 0 or max(values) > 1):
        values = [0.0 if value < 0 else 1.0 if value > 1 else value for value in values]
    return _by_column(values, columns)


def _rows(values: Sequence[Any], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of a tensor of shape (n, c)."""
    each = iter(values)
    return zip(*[each] * len(columns), strict=True)


_SHOWN: dict[Form, Callable[[Sequence[Any], Sequence[str]], Sequence[Any]]] = {
    "chosen": _chosen,
    "outlier": _outliers,
    "numbers": _by_column,
    "probabilities": _shares,
}
"""How values become what is shown; those of other forms are shown as they are."""
_READERS = {
    kind: tuple((member.name, member.role, _SHOWN.get(member.form), member.is_optional) for member in members)
    for kind, members in KINDS.items()
}
