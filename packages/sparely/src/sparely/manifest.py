"""manifest.json: the single source of what a model takes and gives, and its one reader."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from sparely.kinds import KINDS, Member, are_flags, label_name
from sparely.record import Record

FORMAT = 1
"""What this version reads; a manifest names its own as "format", and has the first where it names none."""
# The datatypes of the Open Inference Protocol that the service carries, with their numbers in ONNX.
# Source: message TensorProto, enum DataType, in onnx/onnx.proto of onnx/onnx.
DATATYPES = {"BOOL": 9, "INT32": 6, "INT64": 7, "FP32": 1, "FP64": 11, "BYTES": 8}
LARGEST_NUMBER = 1.7976931348623157e308
FEATURE_TYPES = ("number", "integer", "boolean", "string")
REFUSED, NAN, NONE = "refused", "nan", "none"


class Accepts(Record):
    """
    What an estimator takes of a feature, where it refuses other values of the feature's type.

    Either `values` alone, or numbers from `minimum` or above `above`, up to `maximum` or below `below`, less those
    of `without`, such as the 0 of a reciprocal.
    """

    values: tuple[Any, ...] = ()
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    below: float | None = None
    without: tuple[float, ...] = ()


class Feature(Record):
    """
    One value of an instance.

    `null` says what null means: "refused", "nan", the token that a string column was trained with, or, of a row that
    `prepare` gets, "none": it sees None and says what that means.
    `minimum`, `maximum` and `categories` are what training saw; values beyond them are answered too, unless `accepts`
    names what the estimator does not refuse.
    """

    name: str
    type: str
    unit: str
    required: bool
    takes_null: bool
    null_value: float | str | None
    minimum: float | None = None
    maximum: float | None = None
    categories: frozenset[str] = frozenset()
    accepts: Accepts | None = None


class Input(Record):
    """One ONNX input of shape (n, k): n rows, k features in this order; its datatype is one of `DATATYPES`."""

    name: str
    datatype: str
    features: tuple[str, ...]


class Tolerance(Record):
    """
    How far a number may be from the estimator's; labels are always equal.

    `of` has the absolute part of single numbers by their places in a prediction, such as `probabilities.spam`, where
    they differ in scale; `absolute` is for the others.
    """

    absolute: float = 1e-5
    relative: float = 1e-5
    of: Mapping[str, float] = MappingProxyType({})

    def around(self, expected: Any, place: str = "") -> Any:
        """How far from an expected number, or from each number of an array, at a place in a prediction."""
        return self.of.get(place, self.absolute) + self.relative * abs(expected)

    def __str__(self) -> str:
        return f"{min([*self.of.values()] or [self.absolute]):g} + {self.relative:g} * |expected|"


class StepsFile(Record):
    """
    The model's steps.py: its SHA-256, and which of the two functions it has.

    `modules` are the owner's modules that it imports, by their names from src/, with their SHA-256.
    """

    sha256: str
    prepare: bool
    present: bool
    modules: Mapping[str, str] = MappingProxyType({})


class Manifest(Record):
    """
    A model's description.

    `features` are those of the rows that callers send, `prepared` those of the rows that the estimator was fitted on,
    the same unless steps.py has a `prepare`; `inputs` name the latter.
    `outputs` are the names of the graph's outputs by their roles in `kinds`; `labels` are those of its columns, labels
    or targets, as text; `document` is the file as it was read; `tolerance` is the one that the model was exported with;
    `flags` says that labels are true and false.
    """

    name: str
    area: str
    version: str
    kind: str
    features: tuple[Feature, ...]
    inputs: tuple[Input, ...]
    outputs: Mapping[str, str]
    labels: tuple[str, ...]
    sha256: str
    document: Mapping[str, Any]
    prepared: tuple[Feature, ...]
    tolerance: Tolerance = Tolerance()
    steps: StepsFile | None = None
    flags: bool = False

    @property
    def path(self) -> str:
        """Area and name, as routes and people have it."""
        return f"{self.area}/{self.name}"


def parse_manifest(text: str | bytes) -> Manifest:
    """
    Read manifest.json.

    Raises:
        ValueError: with a sentence, when it is not JSON or a member is missing or unknown.
    """
    try:
        return _manifest(_document(text))
    except KeyError as error:
        raise ValueError(f'"{error.args[0]}" is missing or unknown.') from None
    except RecursionError:
        raise ValueError("it is nested too deeply.") from None
    except (TypeError, AttributeError) as error:
        raise ValueError(f"it does not have a manifest's shape ({error}).") from None


def _document(text: str | bytes) -> dict[str, Any]:
    """The file's document, which GET /models has to be able to give to callers as JSON."""
    document: dict[str, Any] = json.loads(text, parse_constant=_refuse_constant)
    halves = rb"\ud" if isinstance(text, bytes) else r"\ud"
    if halves in text.lower():  # type: ignore[operator]  # of its own type
        try:
            json.dumps(document, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("it holds half a character, which UTF-8 cannot carry.") from None
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"it holds {name}, which is no number of JSON's.")


def _manifest(document: dict[str, Any]) -> Manifest:
    if (written := document.get("format", 1)) != FORMAT:
        raise ValueError(
            f"it has format {written}, and this version of sparely reads {FORMAT}; `sparely upgrade` carries it over."
        )
    for member in ("name", "area", "version", "kind"):
        _expect(document, member, str, "a string")
    features = _features(document["features"])
    steps = _steps(document)
    prepared = _features(document["prepared"]) if steps and steps.prepare else features
    for feature in prepared:
        if feature.takes_null and feature.null_value is None:
            raise ValueError(f'feature "{feature.name}" has null "none", and no prepare says what that means.')
    inputs = tuple(map(_input, document["inputs"]))
    known = {feature.name for feature in prepared}
    for name in [name for each in inputs for name in each.features if name not in known]:
        what = "a feature" if prepared is features else "a prepared feature"
        raise ValueError(f'an input takes "{name}", which is not {what}.')
    labels = document.get("labels", document.get("targets", ()))
    if not isinstance(labels, list | tuple) or any(isinstance(label, list | dict) for label in labels):
        raise ValueError('"labels" or "targets" is no list of names.')
    if len({*map(label_name, labels)}) < len(labels):
        raise ValueError('"labels" or "targets" has a name twice.')
    _expect(document["onnx"], "sha256", str, "a string")
    return Manifest(
        name=document["name"],
        area=document["area"],
        version=document["version"],
        kind=document["kind"],
        features=features,
        inputs=inputs,
        outputs=_outputs(document["outputs"], KINDS[document["kind"]]),
        labels=tuple(map(label_name, labels)),
        sha256=document["onnx"]["sha256"],
        document=document,
        prepared=prepared,
        tolerance=_tolerance(document.get("parity", {})),
        steps=steps,
        flags=are_flags(labels),
    )


def _steps(document: dict[str, Any]) -> StepsFile | None:
    if (steps := document.get("steps")) is None:
        return None
    return StepsFile(steps["sha256"], bool(steps["prepare"]), bool(steps["present"]), steps.get("modules", {}))


def _input(document: dict[str, Any]) -> Input:
    _expect(document, "name", str, "a string")
    _expect(document, "features", list, "a list of names")
    if document["datatype"] not in DATATYPES:
        raise KeyError(document["datatype"])
    if not document["features"]:
        raise ValueError(f'input "{document["name"]}" takes no feature.')
    return Input(document["name"], document["datatype"], tuple(document["features"]))


def _outputs(document: dict[str, str], members: tuple[Member, ...]) -> dict[str, str]:
    for role, name in document.items():
        if not isinstance(name, str):
            raise ValueError(f'output "{role}" is {json.dumps(name)[:40]}; expected a string.')
    return {each.role: document[each.role] for each in members if each.role in document or not each.is_optional}


def _tolerance(parity: dict[str, Any]) -> Tolerance:
    """What the export was compared within; a manifest without it was made when there was one tolerance for all."""
    strict = Tolerance()
    for member in ("absolute_tolerance", "relative_tolerance"):
        _expect(parity, member, (int, float), "a number")
    _expect(parity, "absolute_tolerances", dict, "an object of numbers")
    for place in parity.get("absolute_tolerances") or ():
        _expect(parity["absolute_tolerances"], place, (int, float), "a number")
    return Tolerance(
        absolute=float(parity.get("absolute_tolerance", strict.absolute)),
        relative=float(parity.get("relative_tolerance", strict.relative)),
        of=dict(parity.get("absolute_tolerances", {})),
    )


def _features(documents: list[dict[str, Any]]) -> tuple[Feature, ...]:
    features = tuple(_feature(document) for document in documents)
    if not features:
        raise ValueError("it has no feature.")
    if len({feature.name for feature in features}) < len(features):
        raise ValueError("it has a feature twice.")
    return features


def _expect(document: dict[str, Any], member: str, types: type | tuple[type, ...], what: str) -> None:
    """Raise ValueError where a member is there and of another type; `true` is no number."""
    if (value := document.get(member)) is None:
        return
    is_huge = isinstance(value, int | float) and abs(value) > LARGEST_NUMBER
    if is_huge or not isinstance(value, types) or (isinstance(value, bool) and types is not bool):
        raise ValueError(f'"{member}" is {json.dumps(value)[:40]}; expected {what}.')


def _accepts(document: dict[str, Any]) -> Accepts | None:
    bounds = ("minimum", "above", "maximum", "below")
    for bound in bounds:
        _expect(document, bound, (int, float), "a number")
    accepts: dict[str, Any] = {bound: document.get(bound) for bound in bounds}
    for member in ("values", "without"):
        _expect(document, member, list, "a list of values")
        accepts[member] = tuple(document.get(member) or ())
        if any(isinstance(value, list | dict | None) for value in accepts[member]):
            raise ValueError(f'"{member}" of "accepts" has a member that is no value of a feature.')
    found = Accepts(**accepts)
    return None if found == Accepts() else found


def _feature(document: dict[str, Any]) -> Feature:
    for member in ("name", "unit"):
        _expect(document, member, str, "a string")
    for member in ("minimum", "maximum"):
        _expect(document, member, (int, float), "a number")
    _expect(document, "required", bool, "true or false")
    _expect(document, "categories", list, "a list of strings")
    if document["type"] not in FEATURE_TYPES:
        raise ValueError(f'feature "{document["name"]}" has type "{document["type"]}".')
    null = document["null"]
    if null not in (REFUSED, NAN, NONE) and not (isinstance(null, dict) and isinstance(null.get("token"), str)):
        raise ValueError(f'feature "{document["name"]}" has null {json.dumps(null)[:40]}.')
    return Feature(
        name=document["name"],
        type=document["type"],
        unit=document.get("unit", ""),
        required=document["required"],
        takes_null=null != REFUSED,
        null_value=float(NAN) if null == NAN else None if null in (REFUSED, NONE) else null["token"],
        minimum=document.get("minimum"),
        maximum=document.get("maximum"),
        categories=frozenset(document.get("categories", ())),
        accepts=_accepts(document["accepts"]) if "accepts" in document else None,
    )
