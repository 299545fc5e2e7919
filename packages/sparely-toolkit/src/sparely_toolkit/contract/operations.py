"""The routes as OpenAPI operations: one path a model, so that each has its own schema and example."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sparely.bundle import Bundle
from sparely.handler import errors
from sparely.handler.catalogue import MOST_LISTED, MOST_NAMED
from sparely.handler.errors import ServiceError
from sparely.handler.response import JSON
from sparely_toolkit.contract import faults
from sparely_toolkit.contract.description import Areas, ServiceDescription, title
from sparely_toolkit.contract.own_routes import OwnRoute
from sparely_toolkit.contract.sample_events import area_rows, inference
from sparely_toolkit.contract.sample_faults import unused
from sparely_toolkit.contract.schemas import Document, ref

# What a sentence lists where a service has nothing else.
OTHERS = ["others"]
PREDICT, PROTOCOL, SERVICE, OWN = "predict", "open-inference-protocol", "service", "own"
BODIES = {PROTOCOL: "Tensors.", OWN: "What the route takes."}


@dataclass(frozen=True)
class Operation:
    """One method of one path; `route` is the template behind it, as the function's route table has it."""

    route: str
    path: str
    id: str
    tag: str
    summary: str
    answer: Document
    example: Any = None
    body: Document | None = None
    body_example: Any = None
    misfit: str = ""
    unknown: Mapping[str, ServiceError] = field(default_factory=dict)
    parameters: Sequence[Document] = ()

    def document(self) -> Document:
        """The operation as openapi.yaml has it."""
        written: Document = {
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "x-route": self.route,
        }
        if self.parameters:
            written["parameters"] = list(self.parameters)
        if self.body:
            written["requestBody"] = {
                "required": True,
                "description": BODIES.get(self.tag, "Rows."),
                "content": {JSON: _content(self.body, self.body_example)},
            }
        return {**written, "responses": self._responses()}

    def _responses(self) -> dict[str, Document]:
        version = ("x-model-version",) if self.unknown else ()
        responses: dict[str, Document] = {
            "200": {
                "description": "The answer.",
                "headers": faults.headers(*version),
                "content": {JSON: _content(self.answer, self.example)},
            }
        }
        if self.body:
            responses["400"] = faults.shared("NotJson")
        if self.unknown:
            responses["404"] = faults.response(self.unknown)
        if self.body:
            responses |= {"413": faults.shared("TooMuch"), "415": faults.shared("NotSentAsJson")}
            responses["422"] = faults.shared(self.misfit)
        responses["500"] = faults.shared("ModelFailed" if self.body else "Failed")
        responses |= {status: faults.shared(f"Gateway{status}") for status in faults.GATEWAY}
        return dict(sorted(responses.items()))


@dataclass(frozen=True)
class OwnOperation(Operation):
    """An owner's route: what it refuses by itself is its own to say."""

    description: str = ""

    def document(self) -> Document:
        """The operation as openapi.yaml has it."""
        return {**super().document(), "description": self.description}

    def _responses(self) -> dict[str, Document]:
        refused = errors.DoesNotFit([errors.Fault("", "What is wrong, in the words of the service.")])
        responses: dict[str, Document] = {
            "200": {
                "description": "The answer.",
                "headers": faults.headers(),
                "content": {JSON: _content(self.answer, self.example)},
            },
            "422": faults.response({"does-not-fit": refused}),
            "500": faults.shared("Failed"),
        }
        if self.body:
            responses |= {"400": faults.shared("NotJson"), "413": faults.shared("TooMuch")}
            responses["415"] = faults.shared("NotSentAsJson")
        responses |= {status: faults.shared(f"Gateway{status}") for status in faults.GATEWAY}
        return dict(sorted(responses.items()))


def _content(schema: Document, example: Any) -> Document:
    return {"schema": schema} if example is None else {"schema": schema, "examples": {"golden": {"value": example}}}


def operations(service: ServiceDescription) -> Iterator[Operation]:
    """Every operation, in the order of the route table."""
    areas = service.areas
    yield _catalogue(service.areas)
    yield from _service()
    for area, models in areas.items():
        yield _predict_area(area, areas)
        for model in models:
            yield _predict_model(model, areas)
    for models in areas.values():
        for model in models:
            yield from _protocol(model, areas)
    yield from map(_own, service.own)


def _own(route: OwnRoute) -> Operation:
    return OwnOperation(
        route=route.key,
        path=route.path,
        id=f"{route.method.lower()}{title(route.path)}",
        tag=OWN,
        summary=route.summary,
        answer=dict(route.response),
        body=dict(route.body) if route.body is not None else None,
        parameters=[
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
                **({"example": route.example[name]} if name in route.example else {}),
            }
            for name in route.parameters
        ],
        description=route.description,
    )


class CatalogueOperation(Operation):
    """GET /models: of many models a page."""

    def _responses(self) -> dict[str, Document]:
        limit = errors.InvalidQuery("limit", "0", f"a whole number from 1 to {MOST_NAMED}")
        refused = {"400": faults.response({"invalid-query": limit}), "404": faults.response(self.unknown)}
        return dict(sorted({**super()._responses(), **refused}.items()))


def _catalogue(areas: Areas) -> Operation:
    def parameter(name: str, description: str, schema: Document) -> Document:
        return {"name": name, "in": "query", "description": description, "schema": schema}

    return CatalogueOperation(
        route="GET /models",
        path="/models",
        id="listModels",
        tag=SERVICE,
        summary="The catalogue: areas, models, features, versions",
        answer=ref("Catalogue"),
        unknown={"unknown-area": errors.UnknownArea("unknown", areas)},
        parameters=[
            parameter("area", "The only area that is wanted.", {"type": "string"}),
            parameter("view", "`names` leaves out all but names and versions.", {"enum": ["all", "names"]}),
            parameter(
                "limit",
                f"The most models on a page, which has at most {MOST_LISTED}, with `view=names` {MOST_NAMED}.",
                {"type": "integer", "minimum": 1, "maximum": MOST_NAMED},
            ),
            parameter("after", "The `next` of the page before.", {"type": "string"}),
        ],
    )


def _service() -> Iterator[Operation]:
    yield Operation(
        "GET /v2", "/v2", "getServer", PROTOCOL, "The server's name and version",
        ref("ServerMetadata"), {"name": "my-service", "version": "7", "extensions": []},
    )  # fmt: skip
    for state, schema in (("live", "Live"), ("ready", "Ready")):
        yield Operation(
            f"GET /v2/health/{state}", f"/v2/health/{state}", f"is{schema}", PROTOCOL,
            f"Whether the service is {state}", ref(schema), {state: True},
        )  # fmt: skip


def _predict_area(area: str, areas: Areas) -> Operation:
    models = areas[area]
    names = ", ".join(model.name for model in models)
    others = [each for each in areas if each != area]
    rows = area_rows([model.instances for model in models])[:1]
    return Operation(
        route="POST /predict/{area}",
        path=f"/predict/{area}",
        id=f"predict{title(area)}Area",
        tag=PREDICT,
        summary=f"Ask all models of {area} about the same rows: {names}",
        answer=ref(f"{title(area)}AreaPredictions"),
        body=ref(f"{title(area)}AreaRequest"),
        body_example={"instances": rows},
        misfit="UnfitInstances",
        unknown={"unknown-area": errors.UnknownArea(area, others or OTHERS)},
    )


def _predict_model(model: Bundle, areas: Areas) -> Operation:
    manifest = model.manifest
    others = [each.path for models in areas.values() for each in models if each != model]
    return Operation(
        route="POST /predict/{area}/{model}",
        path=f"/predict/{manifest.path}",
        id=f"predict{title(model.name)}",
        tag=PREDICT,
        summary=_sentence(manifest.document.get("description", ""), f"Ask {manifest.name}"),
        answer=ref(f"{title(model.name)}Predictions"),
        example={
            "predictions": {manifest.name: list(model.predictions[:1])},
            "versions": {manifest.name: manifest.version},
        },
        body=ref(f"{title(model.name)}Request"),
        body_example={"instances": list(model.instances[:1])},
        misfit="UnfitInstances",
        unknown={"unknown-model": errors.UnknownModel(manifest.path, others or OTHERS)},
    )


def _protocol(model: Bundle, areas: Areas) -> Iterator[Operation]:
    name, version = model.name, model.version
    others = [each.name for models in areas.values() for each in models if each != model]
    unknown = {"unknown-model": errors.UnknownModel(name, others or OTHERS)}
    for versioned in (False, True):
        path, suffix = f"/v2/models/{name}", title(name)
        route = "/v2/models/{model}"
        parameters: tuple[Document, ...] = ()
        refused: dict[str, ServiceError] = dict(unknown)
        if versioned:
            path, route, suffix = f"{path}/versions/{{version}}", f"{route}/versions/{{version}}", f"{suffix}Version"
            parameters = (_version(version),)
            refused["unknown-version"] = errors.UnknownVersion(name, unused("1", [version]), version)
        shared: dict[str, Any] = {"tag": PROTOCOL, "parameters": parameters}
        yield Operation(
            f"GET {route}", path, f"get{suffix}", summary=f"What {name} takes and gives, as tensors",
            answer=ref("ModelMetadata"), unknown=refused, **shared,
        )  # fmt: skip
        yield Operation(
            f"GET {route}/ready", f"{path}/ready", f"is{suffix}Ready", summary=f"Whether {name} is ready",
            answer=ref("ModelReady"), example={"name": name, "ready": True}, unknown=refused, **shared,
        )  # fmt: skip
        yield Operation(
            f"POST {route}/infer", f"{path}/infer", f"infer{suffix}", summary=f"Ask {name}, with tensors",
            answer=ref("InferenceAnswer"),
            body=ref(f"{title(name)}Inference"),
            body_example=inference(model.manifest, [_row(model)]),
            misfit="UnfitTensors",
            unknown=refused,
            **shared,
        )  # fmt: skip


def _version(version: str) -> Document:
    schema = {"type": "string", "minLength": 1}
    return {"name": "version", "in": "path", "required": True, "schema": schema, "example": version,
            "description": "As the catalogue and the model's metadata name it."}  # fmt: skip


def _row(model: Bundle) -> Mapping[str, Any]:
    """The first row without null, or the first of all."""
    return next((row for row in model.prepared if None not in row.values()), model.prepared[0])


def _sentence(text: str, otherwise: str) -> str:
    return text.rstrip(".") or otherwise
