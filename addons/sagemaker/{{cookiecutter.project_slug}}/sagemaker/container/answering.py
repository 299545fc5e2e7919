"""The service's own steps from a request to an answer, on the models of one archive."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine import EngineError, Tensor
from handler import inference_protocol as v2
from handler.body import read_json
from handler.errors import InternalError, MethodNotAllowed, ModelFailed, ServiceError, UnknownRoute
from handler.predictions import check_finite, read_outputs
from handler.registry import Group, Model, Registry
from handler.request import Request
from handler.response import Answer, predicted, problem
from handler.telemetry import Timing, log_exception, record
from handler.tensors import Packing, to_tensors
from handler.validation import Row, read_instances

MOST_ROWS = int(os.environ.get("MAX_ROWS", "1000"))
SPARE_PARTS = 250_000


def answer(request: Request, registry: Registry, request_id: str) -> tuple[Answer, str]:
    """
    Answer one request as the function does.

    Returns:
        The answer, and the versions of the models that were asked, empty where none was.
    """
    timing, versions = Timing(), ""
    try:
        find, respond = _dispatch(request)
        group = find(registry, request.parameters)
        versions = group.versions if group else ""
        found = respond(request, group, registry, timing)
    except ServiceError as error:
        found = problem(error)
    except Exception:
        log_exception("The request failed", request_id=request_id)
        found = problem(InternalError())
    timing.finish()
    record(request.route, request_id, found, timing)
    return found, versions


def _body(request: Request, registry: Registry) -> Any:
    return read_json(request, most_parts=SPARE_PARTS + MOST_ROWS * 2 * (registry.widest + 1))


def _catalogue(request: Request, group: None, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, registry.catalogue())


def _predict(request: Request, group: Group, registry: Registry, timing: Timing) -> Answer:
    rows = read_instances(_body(request, registry), group.schema, most_rows=MOST_ROWS)
    timing.mark("parse")
    predictions = [_ask(model, packing, rows) for model, packing in group.members]
    timing.mark("infer")
    return predicted([model.manifest for model, _ in group.members], predictions)


def _ask(model: Model, packing: Packing, rows: Sequence[Row]) -> list[dict[str, Any]] | ModelFailed:
    try:
        return read_outputs(_run(model, to_tensors(rows, packing), "/instances"), model.manifest)
    except ModelFailed as failed:
        return failed


def _run(
    model: Model, inputs: Mapping[str, Tensor], rows_place: str, outputs: Sequence[str] | None = None
) -> dict[str, Tensor]:
    try:
        found = model.session.run(inputs, outputs)
    except EngineError as error:
        log_exception("The model failed", model=model.manifest.name)
        raise ModelFailed(model.manifest.name) from error
    check_finite(found, inputs, model.manifest, rows_place)
    return found


def _infer(request: Request, group: Group, registry: Registry, timing: Timing) -> Answer:
    model = group.model
    inference = v2.read_inference(_body(request, registry), model, most_rows=MOST_ROWS)
    timing.mark("parse")
    outputs = _run(model, inference.inputs, "/inputs", inference.outputs)
    timing.mark("infer")
    return Answer(200, v2.infer_document(inference, model, outputs), rows={model.manifest.name: inference.rows})


def _server_metadata(request: Request, group: None, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, v2.server_metadata())


def _live(request: Request, group: None, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, {"live": True})


def _ready(request: Request, group: None, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, {"ready": True})


def _model_metadata(request: Request, group: Group, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, v2.model_metadata(group.model))


def _model_ready(request: Request, group: Group, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, {"name": group.model.manifest.name, "ready": True})


def _no_model(registry: Registry, parameters: Mapping[str, str]) -> None:
    """Of a route that asks no model."""


Finder = Callable[[Registry, Mapping[str, str]], Group | None]
Responder = Callable[[Request, Any, Registry, Timing], Answer]

ROUTES: dict[str, tuple[Finder, Responder]] = {
    "GET /models": (_no_model, _catalogue),
    "POST /predict/{area}": (Registry.area, _predict),
    "POST /predict/{area}/{model}": (Registry.model, _predict),
    "GET /v2": (_no_model, _server_metadata),
    "GET /v2/health/live": (_no_model, _live),
    "GET /v2/health/ready": (_no_model, _ready),
    "GET /v2/models/{model}": (Registry.named, _model_metadata),
    "GET /v2/models/{model}/ready": (Registry.named, _model_ready),
    "POST /v2/models/{model}/infer": (Registry.named, _infer),
    "GET /v2/models/{model}/versions/{version}": (Registry.named, _model_metadata),
    "GET /v2/models/{model}/versions/{version}/ready": (Registry.named, _model_ready),
    "POST /v2/models/{model}/versions/{version}/infer": (Registry.named, _infer),
}


def _dispatch(request: Request) -> tuple[Finder, Responder]:
    if request.route in ROUTES:
        return ROUTES[request.route]
    template = request.route.partition(" ")[2]
    allowed = [route.partition(" ")[0] for route in ROUTES if route.partition(" ")[2] == template]
    if allowed:
        raise MethodNotAllowed(request.method, request.path, allowed)
    raise UnknownRoute(request.method, request.path)
