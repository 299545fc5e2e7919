"""Requests that the service refuses, one a fault; what a fault needs, such as a number, the models may have or not."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sparely.bundle import Bundle
from sparely.manifest import Feature

Request = dict[str, Any]
Row = Mapping[str, Any]


class Place(NamedTuple):
    """A feature of a model."""

    model: Bundle
    feature: Feature


class Misfit(NamedTuple):
    """A fault of one value: which features can show it, and rows in which one does."""

    can_show: Callable[[Feature], bool]
    rows: Callable[[Row, str], list[Row]]


MISFITS: dict[str, Misfit] = {
    "missing-feature": Misfit(
        lambda feature: feature.required,
        lambda row, name: [{other: value for other, value in row.items() if other != name}],
    ),
    "wrong-type": Misfit(lambda feature: feature.type != "string", lambda row, name: [row, {**row, name: "high"}]),
    "null": Misfit(lambda feature: not feature.takes_null, lambda row, name: [{**row, name: None}]),
    "too-large": Misfit(
        lambda feature: feature.type in ("number", "integer"), lambda row, name: [{**row, name: 1e300}]
    ),
}


def get(target: str) -> Request:
    return {"method": "GET", "target": target}


def post(target: str, document: Any) -> Request:
    return {"method": "POST", "target": target, "body": json.dumps(document)}


def faults(models: Sequence[Bundle], most_rows: int) -> Iterator[tuple[str, Request]]:
    """Name and arguments of `event`; a name begins with its problem type."""
    places = places_of(models)
    yield from _of_text(places[0])
    yield from _of_routes(models)
    yield from _of_headers(models[0])
    yield from _of_bodies(models[0], most_rows)
    for name, misfit in MISFITS.items():
        yield from _of_value(name, misfit, places)


def places_of(models: Sequence[Bundle]) -> list[Place]:
    """Every feature of every model, numbers first: by them most faults can be shown."""
    places = [Place(model, feature) for model in models for feature in model.manifest.features]
    return sorted(places, key=lambda place: place.feature.type != "number")


def unused(name: str, used: Collection[str]) -> str:
    """A name that is none of these."""
    while name in used:
        name += "x"
    return name


def _path(model: Bundle) -> str:
    return f"/predict/{model.area}/{model.name}"


def _of_text(place: Place) -> Iterator[tuple[str, Request]]:
    path, member = _path(place.model), json.dumps(place.feature.name)
    yield "not-json", {"method": "POST", "target": path, "body": '{"instances": ['}
    yield "not-json-empty-body", {"method": "POST", "target": path}
    yield "not-json-nan", {"method": "POST", "target": path, "body": f'{{"instances": [{{{member}: NaN}}]}}'}
    yield "not-json-member-twice", {"method": "POST", "target": path, "body": f"{{{member}: 1, {member}: 1}}"}


def _of_routes(models: Sequence[Bundle]) -> Iterator[tuple[str, Request]]:
    model, instances = models[0], {"instances": [models[0].instances[0]]}
    yield "unknown-route", get("/nothing/here")
    yield "invalid-query", get("/models?limit=0")
    yield "unknown-version", get(f"/v2/models/{model.name}/versions/{unused('0', [model.version])}")
    yield "unknown-area", post(f"/predict/{unused('nowhere', [each.area for each in models])}", instances)
    yield "unknown-model", post(f"/predict/{model.area}/{unused('nothing', [each.name for each in models])}", instances)
    yield "method-not-allowed", get(_path(model))


def _of_headers(model: Bundle) -> Iterator[tuple[str, Request]]:
    records = post(_path(model), {"instances": [model.instances[0]]})
    tensors = post(f"/v2/models/{model.name}/infer", {})
    yield "unsupported-media-type", {**records, "media_type": "text/plain"}
    yield "unsupported-encoding", {**records, "headers": {"Content-Encoding": "gzip"}}
    yield "binary-tensors", {**tensors, "headers": {"Inference-Header-Content-Length": "2"}}


def _of_bodies(model: Bundle, most_rows: int) -> Iterator[tuple[str, Request]]:
    path, row = _path(model), model.instances[0]
    stranger = unused("shoe_size", [feature.name for feature in model.manifest.features])
    yield "too-many-rows", post(path, {"instances": [{}] * (most_rows + 1)})
    yield "does-not-fit-no-inputs", post(f"/v2/models/{model.name}/infer", {"instances": [row]})
    yield "does-not-fit-not-an-object", post(path, [row])
    yield "does-not-fit-no-instances", post(path, {"rows": [row]})
    yield "does-not-fit-extra-feature", post(path, {"instances": [{**row, stranger: 42}]})


def _of_value(name: str, misfit: Misfit, places: Sequence[Place]) -> Iterator[tuple[str, Request]]:
    """The fault at the first feature that can show it, or nothing."""
    for model, feature in places:
        if misfit.can_show(feature):
            rows = misfit.rows(model.instances[0], feature.name)
            yield f"does-not-fit-{name}", post(_path(model), {"instances": rows})
            return
