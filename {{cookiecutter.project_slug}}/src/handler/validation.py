"""Instances against the features that models take; after this step nothing is in doubt."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handler.errors import LISTED_CHOICES, LISTED_FAULTS, DoesNotFit, Fault, TooManyRows, shorten
from handler.manifest import Feature, Manifest

LARGEST_FLOAT32 = 3.4028234663852886e38
LARGEST_INTEGER = 2**53  # beyond it a JSON number is not exact for every client: RFC 8259, section 6
LONGEST_STRING = 1_000

Row = Sequence[Any]


def _is_number(value: Any) -> bool:
    return type(value) in (float, int) and -LARGEST_FLOAT32 <= value <= LARGEST_FLOAT32


def _is_integer(value: Any) -> bool:
    whole = type(value) is int or (type(value) is float and value.is_integer())
    return whole and -LARGEST_INTEGER <= value <= LARGEST_INTEGER


def _is_boolean(value: Any) -> bool:
    return type(value) is bool


def _is_string(value: Any) -> bool:
    return type(value) is str and len(value) <= LONGEST_STRING


CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "number": (_is_number, "a number"),
    "integer": (_is_integer, "a whole number"),
    "boolean": (_is_boolean, "true or false"),
    "string": (_is_string, f"a string of at most {LONGEST_STRING} characters"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A feature as a group of models takes it: every model's demands together."""

    name: str
    type: str
    unit: str
    required: bool
    takes_null: bool
    fits: Callable[[Any], bool]

    @property
    def expected(self) -> str:
        what = CHECKS[self.type][1] + (f" of {self.unit}" if self.unit else "")
        return f"{what} or null" if self.takes_null else what


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a group's rows, in order; `subject` is the area or model in sentences."""

    subject: str
    columns: tuple[Column, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, subject: str, manifests: Iterable[Manifest]) -> "Schema":
        """
        Unite what the models take.

        Raises:
            ValueError: two models give one feature different types or units.
        """
        columns: dict[str, Column] = {}
        for manifest in manifests:
            for feature in manifest.features:
                columns[feature.name] = _unite(columns.get(feature.name), feature)
        return cls(subject, tuple(columns.values()), tuple(columns))


def _unite(column: Column | None, feature: Feature) -> Column:
    if column and (column.type, column.unit) != (feature.type, feature.unit):
        raise ValueError(f'models of one area disagree on the type or unit of "{feature.name}".')
    return Column(
        name=feature.name,
        type=feature.type,
        unit=feature.unit,
        required=feature.required or (column is not None and column.required),
        takes_null=feature.takes_null and (column is None or column.takes_null),
        fits=CHECKS[feature.type][0],
    )


def read_instances(document: Any, schema: Schema, *, most_rows: int) -> list[Row]:
    """
    Turn a request's document into rows that fit.

    Args:
        document: the parsed body, `{"instances": [{feature: value, ...}, ...]}`.
        schema: the k columns wanted.
        most_rows: refuse more instances than this.

    Returns:
        n rows of k values in the schema's order; None only where every model takes null.

    Raises:
        DoesNotFit: with every fault in input order, to `LISTED_FAULTS`.
        TooManyRows: there are more than `most_rows` instances.
    """
    instances = _instances(document)
    if len(instances) > most_rows:
        raise TooManyRows(len(instances), most_rows)
    rows: list[Row] = []
    faults: list[Fault] = []
    for position, instance in enumerate(instances):
        rows.append(_read_row(instance, position, schema, faults))
        if len(faults) > LISTED_FAULTS:
            break
    if faults:
        raise DoesNotFit(faults)
    return rows


def _instances(document: Any) -> list[Any]:
    if type(document) is not dict:
        raise DoesNotFit([Fault("", 'The body is not an object; expected {"instances": [...]}.')])
    faults = [
        Fault(pointer(name), f'The body has a member "{shorten(name)}"; expected only "instances".')
        for name in document
        if name != "instances"
    ]
    instances = document.get("instances")
    if not isinstance(instances, list) or not instances:
        found = "is missing" if "instances" not in document else f"is {show(instances)}"
        faults.append(Fault("/instances", f"instances {found}; expected a list of one object or more."))
    if faults:
        raise DoesNotFit(faults)
    return list(instances or ())


def _read_row(instance: Any, position: int, schema: Schema, faults: list[Fault]) -> Row:
    if type(instance) is not dict:
        found = f"instances[{position}] is {show(instance)}; expected an object of features."
        faults.append(Fault(f"/instances/{position}", found))
        return ()
    row = []
    absent = 0
    for column in schema.columns:
        value = instance.get(column.name)
        if value is None:
            absent += column.name not in instance
            if not column.takes_null or (column.required and column.name not in instance):
                faults.append(_misfit(instance, position, column))
        elif not column.fits(value):
            faults.append(_misfit(instance, position, column))
        row.append(value)
    if len(instance) + absent > len(row):
        faults.extend(_extra(instance, position, schema))
    return row


def _misfit(instance: dict[str, Any], position: int, column: Column) -> Fault:
    found = f"is {show(instance[column.name])}" if column.name in instance else "is missing"
    where = f"instances[{position}].{column.name}"
    return Fault(
        f"/instances/{position}" + (pointer(column.name) if column.name in instance else ""),
        f"{where} {found}; expected {column.expected}.",
    )


def _extra(instance: dict[str, Any], position: int, schema: Schema) -> list[Fault]:
    names = ", ".join(schema.names)
    choices = f"expected {names}" if len(schema.names) <= LISTED_CHOICES else "GET /models lists what it takes"
    return [
        Fault(
            f"/instances/{position}{pointer(name)}",
            f"instances[{position}].{shorten(name)} is not a feature of {schema.subject}; {choices}.",
        )
        for name in instance
        if name not in schema.names
    ]


def pointer(name: str) -> str:
    """One step of a JSON pointer. Source: RFC 6901, section 3."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def show(value: Any) -> str:
    """A caller's value in a sentence: short, and never a whole payload."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, str):
        return f'"{shorten(value, 40)}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return shorten(repr(value), 40) if abs(value) < 1e300 else "too large"
