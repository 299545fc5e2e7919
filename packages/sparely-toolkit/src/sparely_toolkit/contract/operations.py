"""The routes as OpenAPI operations: one path a model, so that each has its own schema and example."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sparely_toolkit.contract import faults
from sparely_toolkit.contract.models import DescribedModel, title
from sparely_toolkit.contract.schemas import Document, ref
from sparely.handler import errors
from sparely.handler.errors import ServiceError
from sparely.handler.response import JSON
from sparely_toolkit.contract.sample_events import area_rows, inference

PREDICT, PROTOCOL, SERVICE = "predict", "open-inference-protocol", "service"


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
    unfit: str = ""
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
                "description": "Tensors." if self.tag == PROTOCOL else "Rows.",
                "content": {JSON: _content(self.body, self.body_example)},
            }
        return {**written, "responses": self._responses()}

    def _responses(self) -> dict[str, Document]:
        version = ("x-model-version",) if self.unknown else ()
        found: dict[str, Document] = {
            "200": {
                "description": "The answer.",
                "headers": faults.headers(*version),
                "content": {JSON: _content(self.answer, self.example)},
            }
        }
        if self.body:
            found["400"] = faults.shared("NotJson")
        if self.unknown:
            found["404"] = faults.response(self.unknown)
        if self.body:
            found |= {"413": faults.shared("TooMuch"), "415": faults.shared("NotSentAsJson")}
            found["422"] = faults.shared(self.unfit)
        found["500"] = faults.shared("ModelFailed" if self.body else "Failed")
        found |= {status: faults.shared(f"Gateway{status}") for status in faults.GATEWAY}
        return dict(sorted(found.items()))


def _content(schema: Document, example: Any) -> Document:
    return {"schema": schema} if example is None else {"schema": schema, "examples": {"golden": {"value": example}}}


def operations(areas: Mapping[str, Sequence[DescribedModel]]) -> Iterator[Operation]:
    """Every operation, in the order of the route table."""
    yield from _service()
    for area, models in areas.items():
        yield _predict_area(area, models)
        for model in models:
            yield _predict_model(model, areas)
    for models in areas.values():
        for model in models:
            yield from _protocol(model, areas)


def _service() -> Iterator[Operation]:
    yield Operation(
        "GET /models", "/models", "listModels", SERVICE, "The catalogue: areas, models, features, versions",
        ref("Catalogue"),
    )  # fmt: skip
    yield Operation(
        "GET /v2", "/v2", "getServer", PROTOCOL, "The server's name and version",
        ref("ServerMetadata"), {"name": "prediction-service", "version": "7", "extensions": []},
    )  # fmt: skip
    for name, schema in (("live", "Live"), ("ready", "Ready")):
        yield Operation(
            f"GET /v2/health/{name}", f"/v2/health/{name}", f"is{schema}", PROTOCOL,
            f"Whether the service is {name}", ref(schema), {name: True},
        )  # fmt: skip


def _predict_area(area: str, models: Sequence[DescribedModel]) -> Operation:
    names = ", ".join(model.manifest.name for model in models)
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
        unfit="UnfitInstances",
        unknown={"unknown-area": errors.UnknownArea(area, ["others"])},
    )


def _predict_model(model: DescribedModel, areas: Mapping[str, Sequence[DescribedModel]]) -> Operation:
    manifest = model.manifest
    known = [f"{area}/{each.manifest.name}" for area, models in areas.items() for each in models if each != model]
    return Operation(
        route="POST /predict/{area}/{model}",
        path=f"/predict/{manifest.area}/{manifest.name}",
        id=f"predict{model.title}",
        tag=PREDICT,
        summary=_sentence(manifest.document.get("description", ""), f"Ask {manifest.name}"),
        answer=ref(f"{model.title}Predictions"),
        example={
            "predictions": {manifest.name: list(model.predictions[:1])},
            "versions": {manifest.name: manifest.version},
        },
        body=ref(f"{model.title}Request"),
        body_example={"instances": list(model.instances[:1])},
        unfit="UnfitInstances",
        unknown={"unknown-model": errors.UnknownModel(f"{manifest.area}/{manifest.name}", known)},
    )


def _protocol(model: DescribedModel, areas: Mapping[str, Sequence[DescribedModel]]) -> Iterator[Operation]:
    name, version = model.manifest.name, model.manifest.version
    others = [each.manifest.name for models in areas.values() for each in models if each != model]
    unknown = {"unknown-model": errors.UnknownModel(name, others)}
    for versioned in (False, True):
        path, suffix = f"/v2/models/{name}", model.title
        route = "/v2/models/{model}"
        parameters: tuple[Document, ...] = ()
        found: dict[str, ServiceError] = dict(unknown)
        if versioned:
            path, route, suffix = f"{path}/versions/{{version}}", f"{route}/versions/{{version}}", f"{suffix}Version"
            parameters = (_version(version),)
            found["unknown-version"] = errors.UnknownVersion(name, "1", version)
        shared: dict[str, Any] = {"tag": PROTOCOL, "parameters": parameters}
        yield Operation(
            f"GET {route}", path, f"get{suffix}", summary=f"What {name} takes and gives, as tensors",
            answer=ref("ModelMetadata"), unknown=found, **shared,
        )  # fmt: skip
        yield Operation(
            f"GET {route}/ready", f"{path}/ready", f"is{suffix}Ready", summary=f"Whether {name} is ready",
            answer=ref("ModelReady"), example={"name": name, "ready": True}, unknown=found, **shared,
        )  # fmt: skip
        yield Operation(
            f"POST {route}/infer", f"{path}/infer", f"infer{suffix}", summary=f"Ask {name}, with tensors",
            answer=ref("InferenceAnswer"),
            body=ref(f"{model.title}Inference"),
            body_example=inference(model.manifest.document, [_row(model)]),
            unfit="UnfitTensors",
            unknown=found,
            **shared,
        )  # fmt: skip


def _version(version: str) -> Document:
    schema = {"type": "string", "minLength": 1}
    return {"name": "version", "in": "path", "required": True, "schema": schema, "example": version,
            "description": "As the catalogue and the model's metadata name it."}  # fmt: skip


def _row(model: DescribedModel) -> Mapping[str, Any]:
    """The first row without null, or the first of all."""
    return next((row for row in model.instances if None not in row.values()), model.instances[0])


def _sentence(text: str, otherwise: str) -> str:
    return text.rstrip(".") or otherwise
