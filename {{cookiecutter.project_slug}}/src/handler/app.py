"""
The function's entry point: the whole path of a request on one screen.

The gateway has routed already; its route key chooses what happens here.
"""

import gc

gc.disable()  # imports and models leave no garbage; looking for it would take a tenth of the init

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine import EngineError, Tensor
from handler import inference_protocol as v2
from handler.body import read_json
from handler.drift import count_outside
from handler.errors import InternalError, MethodNotAllowed, ModelFailed, ServiceError, UnknownRoute
from handler.predictions import check_finite, read_outputs
from handler.registry import Group, Model, Registry, load_models
from handler.request import Request, read_event
from handler.response import Answer, predicted, problem, to_gateway, unless_changed
from handler.telemetry import Timing, log_exception, record
from handler.tensors import Packing, to_tensors
from handler.validation import Row, read_instances

MOST_ROWS = int(os.environ.get("MAX_ROWS", "1000"))
SPARE_PARTS = 250_000

registry = load_models(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "models"))

gc.enable()

# Two for every value of the largest request that fits, a brace and a comma a row, and room for text.
MOST_PARTS = SPARE_PARTS + MOST_ROWS * 2 * (registry.widest + 1)


def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer one API Gateway event, payload format 1.0 or 2.0."""
    timing = Timing()
    route, headers = "unknown", {"x-request-id": context.aws_request_id}
    try:
        request = read_event(event)
        route = request.route
        find, answer_to = _dispatch(request)
        group = find(registry, request.parameters)
        if group:
            headers["x-model-version"] = group.versions
        answer = answer_to(request, group, timing)
    except ServiceError as error:
        answer = problem(error)
    except Exception:
        log_exception("The request failed", request_id=context.aws_request_id)
        answer = problem(InternalError())
    timing.finish()
    record(route, context.aws_request_id, answer, timing)
    headers["server-timing"] = timing.header()
    return to_gateway(answer, headers)


def _catalogue(request: Request, group: None, timing: Timing) -> Answer:
    return unless_changed(registry.catalogue(), request.headers.get("if-none-match", ""))


def _predict(request: Request, group: Group, timing: Timing) -> Answer:
    rows = read_instances(read_json(request, most_parts=MOST_PARTS), group.schema, most_rows=MOST_ROWS)
    timing.mark("parse")
    predictions = [_ask(model, packing, rows) for model, packing in group.members]
    timing.mark("infer")
    outside = {name: count_outside(rows, seen) for name, seen in group.seen.items()}
    return predicted([model.manifest for model, _ in group.members], predictions)._replace(outside=outside)


def _ask(model: Model, packing: Packing, rows: Sequence[Row]) -> list[dict[str, Any]] | ModelFailed:
    """One model's predictions, or its fault: it shall not cost the other models' answers."""
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


def _infer(request: Request, group: Group, timing: Timing) -> Answer:
    model = group.model
    inference = v2.read_inference(read_json(request, most_parts=MOST_PARTS), model, most_rows=MOST_ROWS)
    timing.mark("parse")
    outputs = _run(model, inference.inputs, "/inputs", inference.outputs)
    timing.mark("infer")
    return Answer(200, v2.infer_document(inference, model, outputs), rows={model.manifest.name: inference.rows})


def _server_metadata(request: Request, group: None, timing: Timing) -> Answer:
    return Answer(200, v2.server_metadata())


def _model_metadata(request: Request, group: Group, timing: Timing) -> Answer:
    return Answer(200, v2.model_metadata(group.model))


def _live(request: Request, group: None, timing: Timing) -> Answer:
    return Answer(200, {"live": True})


def _ready(request: Request, group: None, timing: Timing) -> Answer:
    return Answer(200, {"ready": True})


def _model_ready(request: Request, group: Group, timing: Timing) -> Answer:
    return Answer(200, {"name": group.model.manifest.name, "ready": True})


def _no_model(registry: Registry, parameters: Mapping[str, str]) -> None:
    """Of a route that asks no model."""


Finder = Callable[[Registry, Mapping[str, str]], Group | None]
Responder = Callable[[Request, Any, Timing], Answer]

# Which models a route asks, and what it answers.
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
