"""
The thin function's entry point: the whole path of a request on one screen.

Routes, names and faults are the service's own modules; validation and inference are behind the endpoint.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.config import Config

from forwarding import attributes
from handler import inference_protocol as v2
from handler.errors import InternalError, MethodNotAllowed, ServiceError, UnknownRoute
from handler.manifest import Manifest
from handler.request import Request, read_event
from handler.response import Answer, problem, to_gateway, unless_changed
from handler.telemetry import Timing, log_exception, record
from proxy.catalogue import Asked, Catalogue, Parameters, read_catalogue
from proxy.endpoint import Answered, Call, invoke
from proxy.sequence import ask_each

ENDPOINT = os.environ["ENDPOINT_NAME"]
CALLS = os.environ.get("CALLS", "area")
"""`area` asks the endpoint once for all models of an area, `model` once for each, as the story's function did."""

# The endpoint is given what is left of this function's time; a second try only where none was used up.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=float(os.environ.get("ENDPOINT_TIMEOUT_S", "25")),
    retries={"total_max_attempts": 2, "mode": "standard"},
    max_pool_connections=1,
)
runtime = boto3.client("sagemaker-runtime", config=_CONFIG)
_PACKED = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "models")
catalogue = read_catalogue(os.environ.get("MODELS_FOLDER", _PACKED))


def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer one API Gateway event."""
    timing = Timing()
    route, headers = "unknown", {"x-request-id": context.aws_request_id}
    try:
        request = read_event(event)
        route = request.route
        find, answer_to = _dispatch(request)
        asked = find(catalogue, request.parameters)
        if asked:
            headers["x-model-version"] = asked.versions
        answer = answer_to(request, asked, context.aws_request_id)
    except ServiceError as error:
        answer = problem(error)
    except Exception:
        log_exception("The request failed", request_id=context.aws_request_id)
        answer = problem(InternalError())
    if isinstance(answer, Answered):
        timing.mark("endpoint")
    timing.finish()
    headers["server-timing"] = timing.header()
    if isinstance(answer, Answered):
        return _relayed(answer, headers)
    record(route, context.aws_request_id, answer, timing)
    return to_gateway(answer, headers)


def _relayed(answered: Answered, headers: Mapping[str, str]) -> dict[str, Any]:
    """The container's answer, which it has logged and counted itself."""
    given = {"cache-control": "no-store", "content-type": answered.media_type, **headers}
    if answered.versions:
        given["x-model-version"] = answered.versions
    return {"statusCode": answered.status, "headers": given, "body": answered.body, "isBase64Encoded": False}


def _forward(request: Request, asked: Asked, request_id: str) -> Answered:
    """Ask the area's archive, which answers for all its models or for one."""
    return invoke(runtime, ENDPOINT, _call(f"{asked.area}.tar.gz", request, request_id, attributes.body_of(request)))


def _predict_area(request: Request, asked: Asked, request_id: str) -> Answered:
    if CALLS == "area":
        return _forward(request, asked, request_id)

    def ask(manifest: Manifest, body: bytes) -> Answered:
        alone = _of_model(request, manifest)
        target = f"{manifest.area}/{manifest.name}.tar.gz"
        return invoke(runtime, ENDPOINT, _call(target, alone, request_id, body))

    return ask_each(attributes.body_of(request), asked.manifests, ask)


def _of_model(request: Request, manifest: Manifest) -> Request:
    return Request(
        route="POST /predict/{area}/{model}",
        method=request.method,
        path=f"{request.path}/{manifest.name}",
        parameters={"area": manifest.area, "model": manifest.name},
        headers=request.headers,
        body=request.body,
        is_base64=request.is_base64,
    )


def _call(target: str, request: Request, request_id: str, body: bytes) -> Call:
    media_type = request.headers.get("content-type", "application/json")
    return Call(target, attributes.write(request, request_id), media_type[:100], body)


def _catalogue(request: Request, asked: None, request_id: str) -> Answer:
    return unless_changed(catalogue.document(), request.headers.get("if-none-match", ""))


def _server_metadata(request: Request, asked: None, request_id: str) -> Answer:
    return Answer(200, v2.server_metadata())


def _live(request: Request, asked: None, request_id: str) -> Answer:
    return Answer(200, {"live": True})


def _ready(request: Request, asked: None, request_id: str) -> Answer:
    return Answer(200, {"ready": True})


def _no_model(catalogue: Catalogue, parameters: Parameters) -> None:
    """Of a route that asks no model."""


Finder = Callable[[Catalogue, Parameters], Asked | None]
Responder = Callable[[Request, Any, str], Answer | Answered]

ROUTES: dict[str, tuple[Finder, Responder]] = {
    "GET /models": (_no_model, _catalogue),
    "POST /predict/{area}": (Catalogue.area, _predict_area),
    "POST /predict/{area}/{model}": (Catalogue.model, _forward),
    "GET /v2": (_no_model, _server_metadata),
    "GET /v2/health/live": (_no_model, _live),
    "GET /v2/health/ready": (_no_model, _ready),
    "GET /v2/models/{model}": (Catalogue.named, _forward),
    "GET /v2/models/{model}/ready": (Catalogue.named, _forward),
    "POST /v2/models/{model}/infer": (Catalogue.named, _forward),
    "GET /v2/models/{model}/versions/{version}": (Catalogue.named, _forward),
    "GET /v2/models/{model}/versions/{version}/ready": (Catalogue.named, _forward),
    "POST /v2/models/{model}/versions/{version}/infer": (Catalogue.named, _forward),
}


def _dispatch(request: Request) -> tuple[Finder, Responder]:
    if request.route in ROUTES:
        return ROUTES[request.route]
    template = request.route.partition(" ")[2]
    allowed = [route.partition(" ")[0] for route in ROUTES if route.partition(" ")[2] == template]
    if allowed:
        raise MethodNotAllowed(request.method, request.path, allowed)
    raise UnknownRoute(request.method, request.path)
