"""
The function's entry point: the whole path of a request on one screen.

The gateway has routed already; its route key chooses what happens here.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any

from handler.errors import InternalError, MethodNotAllowed, ServiceError, UnknownRoute
from handler.registry import Group, load_models
from handler.request import Request, read_event, read_json
from handler.response import Answer, predicted, problem, read_outputs, to_gateway
from handler.telemetry import Timing, logger, record
from handler.tensors import to_tensors
from handler.validation import read_instances

MOST_ROWS = int(os.environ.get("MAX_ROWS", "1000"))

registry = load_models(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "models"))


def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer one API Gateway event, payload format 1.0 or 2.0."""
    timing = Timing()
    route = "unknown"
    try:
        request = read_event(event)
        route = request.route
        answer = _dispatch(request)(request, timing)
    except ServiceError as error:
        answer = problem(error)
    except Exception:
        logger.exception("The request failed", request_id=context.aws_request_id)
        answer = problem(InternalError())
    timing.finish()
    record(route, context.aws_request_id, answer, timing)
    return to_gateway(answer, {"x-request-id": context.aws_request_id, "server-timing": timing.header()})


def _catalogue(request: Request, timing: Timing) -> Answer:
    return Answer(200, registry.catalogue())


def _predict_area(request: Request, timing: Timing) -> Answer:
    return _predict(registry.area(request.parameters["area"]), request, timing)


def _predict_model(request: Request, timing: Timing) -> Answer:
    return _predict(registry.model(request.parameters["area"], request.parameters["model"]), request, timing)


def _predict(group: Group, request: Request, timing: Timing) -> Answer:
    rows = read_instances(read_json(request), group.schema, most_rows=MOST_ROWS)
    timing.mark("parse")
    outputs = [model.session.run(to_tensors(rows, packing)) for model, packing in group.members]
    timing.mark("infer")
    manifests = [model.manifest for model, _ in group.members]
    return predicted(manifests, [read_outputs(*each) for each in zip(outputs, manifests, strict=True)])


def _live(request: Request, timing: Timing) -> Answer:
    return Answer(200, {"live": True})


def _ready(request: Request, timing: Timing) -> Answer:
    return Answer(200, {"ready": True})


def _model_ready(request: Request, timing: Timing) -> Answer:
    model = registry.named(request.parameters["model"])
    return Answer(200, {"name": model.manifest.name, "ready": True})


ROUTES: dict[str, Callable[[Request, Timing], Answer]] = {
    "GET /models": _catalogue,
    "POST /predict/{area}": _predict_area,
    "POST /predict/{area}/{model}": _predict_model,
    "GET /v2/health/live": _live,
    "GET /v2/health/ready": _ready,
    "GET /v2/models/{model}/ready": _model_ready,
}


def _dispatch(request: Request) -> Callable[[Request, Timing], Answer]:
    if request.route in ROUTES:
        return ROUTES[request.route]
    template = request.route.partition(" ")[2]
    allowed = [route.partition(" ")[0] for route in ROUTES if route.partition(" ")[2] == template]
    if allowed:
        raise MethodNotAllowed(request.method, request.path, allowed)
    raise UnknownRoute(request.method, request.path)
