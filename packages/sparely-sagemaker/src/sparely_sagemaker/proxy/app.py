"""
The thin function's entry point: the whole path of a request on one screen.

Routes, names and faults are the service's own modules; validation and inference are behind the endpoint.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sparely.handler import inference_protocol as v2
from sparely.handler.catalogue import catalogue as catalogue_of
from sparely.handler.dispatch import PROTOCOL, of_no_model, respond
from sparely.handler.request import Request
from sparely.handler.response import ALWAYS, JSON, Answer, to_gateway, unless_changed
from sparely.handler.telemetry import Timing
from sparely.manifest import Manifest
from sparely_sagemaker import forwarding
from sparely_sagemaker.proxy.catalogue import Catalogue, Selection, read_catalogue
from sparely_sagemaker.proxy.endpoint import Answered, Call, connect, invoke
from sparely_sagemaker.proxy.sequence import ask_each

ENDPOINT = os.environ["ENDPOINT_NAME"]
CALLS = os.environ.get("CALLS", "area")
"""`area` asks the endpoint once for all models of an area, `model` once for each, as the story's function did."""

_LONGEST_TYPE = 100

runtime = connect(timeout_s=float(os.environ.get("ENDPOINT_TIMEOUT_S", "25")))
_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
catalogue = read_catalogue(os.environ.get("MODELS_FOLDER") or os.path.join(_PACKAGE, "models"))


def lambda_handler(event: Any, context: Any) -> Any:
    """Answer one event: a request, or another that the service takes."""
    return respond(event, context, ROUTES, catalogue, _written)


def _written(answer: Answer | Answered, headers: Mapping[str, str]) -> dict[str, Any]:
    """The container's answer as it is, or one of this function's own."""
    if isinstance(answer, Answer):
        return to_gateway(answer, headers)
    all_headers = {**ALWAYS, "content-type": answer.media_type, **headers}
    if answer.versions:
        all_headers["x-model-version"] = answer.versions
    return {"statusCode": answer.status, "headers": all_headers, "body": answer.body, "isBase64Encoded": False}


def _forward(request: Request, selection: Selection, catalogue: Catalogue, timing: Timing) -> Answered:
    """Ask the area's archive, which answers for all its models or for one."""
    answered = _invoke(f"{selection.area}.tar.gz", request, forwarding.body_of(request))
    timing.mark("endpoint")
    return answered


def _predict_area(request: Request, selection: Selection, catalogue: Catalogue, timing: Timing) -> Answered:
    if CALLS == "area":
        return _forward(request, selection, catalogue, timing)

    def ask(manifest: Manifest, body: bytes) -> Answered:
        return _invoke(f"{manifest.area}/{manifest.name}.tar.gz", _of_model(request, manifest), body)

    answered = ask_each(forwarding.body_of(request), selection.manifests, ask)
    timing.mark("endpoint")
    return answered


def _of_model(request: Request, manifest: Manifest) -> Request:
    return request._replace(
        route="POST /predict/{area}/{model}",
        path=f"{request.path}/{manifest.name}",
        parameters={"area": manifest.area, "model": manifest.name},
    )


def _invoke(target: str, request: Request, body: bytes) -> Answered:
    media_type = request.headers.get("content-type", JSON)
    answered = invoke(runtime, ENDPOINT, Call(target, forwarding.write(request), media_type[:_LONGEST_TYPE], body))
    return replace(answered, media_type=JSON) if request.path.startswith(PROTOCOL) else answered


def _catalogue(request: Request, selection: None, catalogue: Catalogue, timing: Timing) -> Answer:
    return unless_changed(catalogue_of(catalogue, request.query), request.headers.get("if-none-match", ""))


def _server_metadata(request: Request, selection: None, catalogue: Catalogue, timing: Timing) -> Answer:
    return Answer(200, v2.server_metadata())


def _live(request: Request, selection: None, catalogue: Catalogue, timing: Timing) -> Answer:
    return Answer(200, {"live": True})


def _ready(request: Request, selection: None, catalogue: Catalogue, timing: Timing) -> Answer:
    return Answer(200, {"ready": True})


Finder = Callable[[Catalogue, Mapping[str, str]], Selection | None]
Responder = Callable[[Request, Any, Catalogue, Timing], Answer | Answered]

ROUTES: dict[str, tuple[Finder, Responder]] = {
    "GET /models": (of_no_model, _catalogue),
    "POST /predict/{area}": (Catalogue.area, _predict_area),
    "POST /predict/{area}/{model}": (Catalogue.model, _forward),
    "GET /v2": (of_no_model, _server_metadata),
    "GET /v2/health/live": (of_no_model, _live),
    "GET /v2/health/ready": (of_no_model, _ready),
    "GET /v2/models/{model}": (Catalogue.named, _forward),
    "GET /v2/models/{model}/ready": (Catalogue.named, _forward),
    "POST /v2/models/{model}/infer": (Catalogue.named, _forward),
    "GET /v2/models/{model}/versions/{version}": (Catalogue.named, _forward),
    "GET /v2/models/{model}/versions/{version}/ready": (Catalogue.named, _forward),
    "POST /v2/models/{model}/versions/{version}/infer": (Catalogue.named, _forward),
}
