"""manifest.json: the single source of what a model takes and gives."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from sparely.engine import ElementType

FORMAT = 1
"""What this version reads; a manifest names its own as "format", and has the first where it names none."""
DATATYPES = {
    "BOOL": ElementType.BOOL,
    "INT32": ElementType.INT32,
    "INT64": ElementType.INT64,
    "FP32": ElementType.FLOAT,
    "FP64": ElementType.DOUBLE,
    "BYTES": ElementType.STRING,
}
OUTPUTS = {
    "classifier": ("label", "probabilities"),
    "multilabel": ("labels", "probabilities"),
    "regressor": ("value",),
    "multi-regressor": ("values",),
    "ranker": ("score",),
    "outlier-detector": ("label", "score"),
    "clusterer": ("cluster",),
}
OPTIONAL_OUTPUTS = ("probabilities",)
FEATURE_TYPES = ("number", "integer", "boolean", "string")
REFUSED = "refused"
NAN = "nan"


class Feature(NamedTuple):
    """
    One value of an instance.

    `null` says what null means: "refused", "nan", or the token that a string column was trained with.
    `minimum`, `maximum` and `categories` are what training saw; values beyond them are answered too.
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


class Input(NamedTuple):
    """One ONNX input of shape (n, k): n rows, k features in this order."""

    name: str
    element_type: ElementType
    features: tuple[str, ...]


class Manifest(NamedTuple):
    """A model's description; `document` is the file as it was read, for the catalogue."""

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


def parse_manifest(text: str | bytes) -> Manifest:
    """
    Read manifest.json.

    Raises:
        ValueError: with a sentence, when it is not JSON or a member is missing or unknown.
    """
    document = json.loads(text)
    try:
        return _manifest(document)
    except KeyError as error:
        raise ValueError(f'"{error.args[0]}" is missing or unknown.') from None
    except (TypeError, AttributeError) as error:
        raise ValueError(f"it does not have a manifest's shape ({error}).") from None


def _manifest(document: dict[str, Any]) -> Manifest:
    written = document.get("format", 1)
    if written != FORMAT:
        raise ValueError(
            f"it has format {written}, and this version of sparely reads {FORMAT}; `sparely upgrade` carries it over."
        )
    features = tuple(_feature(feature) for feature in document["features"])
    inputs = tuple(
        Input(each["name"], DATATYPES[each["datatype"]], tuple(each["features"])) for each in document["inputs"]
    )
    known = {feature.name for feature in features}
    for name in [name for each in inputs for name in each.features if name not in known]:
        raise ValueError(f'an input takes "{name}", which is not a feature.')
    return Manifest(
        name=document["name"],
        area=document["area"],
        version=document["version"],
        kind=document["kind"],
        features=features,
        inputs=inputs,
        outputs=_outputs(document["outputs"], OUTPUTS[document["kind"]]),
        labels=tuple(str(label) for label in document.get("labels", document.get("targets", ()))),
        sha256=document["onnx"]["sha256"],
        document=document,
    )


def _outputs(document: dict[str, str], roles: tuple[str, ...]) -> dict[str, str]:
    return {role: document[role] for role in roles if role in document or role not in OPTIONAL_OUTPUTS}


def _feature(document: dict[str, Any]) -> Feature:
    if document["type"] not in FEATURE_TYPES:
        raise ValueError(f'feature "{document["name"]}" has type "{document["type"]}".')
    null = document["null"]
    return Feature(
        name=document["name"],
        type=document["type"],
        unit=document.get("unit", ""),
        required=document["required"],
        takes_null=null != REFUSED,
        null_value=float(NAN) if null == NAN else None if null == REFUSED else null["token"],
        minimum=document.get("minimum"),
        maximum=document.get("maximum"),
        categories=frozenset(document.get("categories", ())),
    )
