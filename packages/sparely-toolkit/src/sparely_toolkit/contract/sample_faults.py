"""Requests that the service refuses, one a fault; what a fault needs, such as a number, the models may have or not."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sparely.golden import GoldenModel

Request = dict[str, Any]
Feature = Mapping[str, Any]
Row = Mapping[str, Any]
TOO_MANY_ROWS = 1001


class Place(NamedTuple):
    """A feature of a model."""

    model: GoldenModel
    feature: Feature


class Unfit(NamedTuple):
    """A fault of one value: which features can show it, and rows in which one does."""

    fits: Callable[[Feature], bool]
    rows: Callable[[Row, str], list[Row]]


UNFIT: dict[str, Unfit] = {
    "missing-feature": Unfit(
        lambda feature: bool(feature["required"]),
        lambda row, name: [{other: value for other, value in row.items() if other != name}],
    ),
    "wrong-type": Unfit(lambda feature: feature["type"] != "string", lambda row, name: [row, {**row, name: "high"}]),
    "null": Unfit(lambda feature: feature["null"] == "refused", lambda row, name: [{**row, name: None}]),
    "too-large": Unfit(
        lambda feature: feature["type"] in ("number", "integer"), lambda row, name: [{**row, name: 1e300}]
    ),
}


def get(target: str) -> Request:
    return {"method": "GET", "target": target}


def post(target: str, document: Any) -> Request:
    return {"method": "POST", "target": target, "body": json.dumps(document)}


def faults(models: Sequence[GoldenModel]) -> Iterator[tuple[str, Request]]:
    """Name and arguments of `event`; a name begins with its problem type."""
    places = _places(models)
    yield from _of_text(places[0])
    yield from _of_routes(models[0])
    yield from _of_headers(models[0])
    yield from _of_bodies(models[0])
    for name, unfit in UNFIT.items():
        yield from _of_value(name, unfit, places)


def _places(models: Sequence[GoldenModel]) -> list[Place]:
    """Every feature of every model, numbers first: by them most faults can be shown."""
    places = [Place(model, feature) for model in models for feature in model.manifest["features"]]
    return sorted(places, key=lambda place: place.feature["type"] != "number")


def _path(model: GoldenModel) -> str:
    return f"/predict/{model.area}/{model.name}"


def _of_text(place: Place) -> Iterator[tuple[str, Request]]:
    path, member = _path(place.model), json.dumps(place.feature["name"])
    yield "not-json", {"method": "POST", "target": path, "body": '{"instances": ['}
    yield "not-json-empty-body", {"method": "POST", "target": path}
    yield "not-json-nan", {"method": "POST", "target": path, "body": f'{{"instances": [{{{member}: NaN}}]}}'}
    yield "not-json-member-twice", {"method": "POST", "target": path, "body": f"{{{member}: 1, {member}: 1}}"}


def _of_routes(model: GoldenModel) -> Iterator[tuple[str, Request]]:
    instances = {"instances": [model.instances[0]]}
    yield "unknown-route", get("/nothing/here")
    yield "unknown-version", get(f"/v2/models/{model.name}/versions/0")
    yield "unknown-area", post("/predict/nowhere", instances)
    yield "unknown-model", post(f"/predict/{model.area}/nothing", instances)
    yield "method-not-allowed", get(_path(model))


def _of_headers(model: GoldenModel) -> Iterator[tuple[str, Request]]:
    records = post(_path(model), {"instances": [model.instances[0]]})
    tensors = post(f"/v2/models/{model.name}/infer", {})
    yield "unsupported-media-type", {**records, "media_type": "text/plain"}
    yield "unsupported-encoding", {**records, "headers": {"Content-Encoding": "gzip"}}
    yield "binary-tensors", {**tensors, "headers": {"Inference-Header-Content-Length": "2"}}


def _of_bodies(model: GoldenModel) -> Iterator[tuple[str, Request]]:
    path, row = _path(model), model.instances[0]
    yield "too-many-rows", post(path, {"instances": [{}] * TOO_MANY_ROWS})
    yield "does-not-fit-no-inputs", post(f"/v2/models/{model.name}/infer", {"instances": [row]})
    yield "does-not-fit-not-an-object", post(path, [row])
    yield "does-not-fit-no-instances", post(path, {"rows": [row]})
    yield "does-not-fit-extra-feature", post(path, {"instances": [{**row, "shoe_size": 42}]})


def _of_value(name: str, unfit: Unfit, places: Sequence[Place]) -> Iterator[tuple[str, Request]]:
    """The fault at the first feature that can show it, or nothing."""
    for model, feature in places:
        if unfit.fits(feature):
            rows = unfit.rows(model.instances[0], feature["name"])
            yield f"does-not-fit-{name}", post(_path(model), {"instances": rows})
            return
