"""The answers other than 200: the function's problem documents with true examples, and API Gateway's own."""

from collections.abc import Mapping
from typing import Any

from sparely.bundle import Bundle
from sparely.check.inference import input_tensors
from sparely.handler import errors
from sparely.handler.errors import ServiceError
from sparely.handler.response import JSON, PROBLEM, problem
from sparely.handler.tensor_documents import read_tensor, tensor_type
from sparely.handler.validation import Schema, read_instances
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.gateway_faults import GATEWAY_FAULTS
from sparely_toolkit.contract.sample_faults import Place, places_of
from sparely_toolkit.contract.schemas import Document, ref

# Sources: docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html and
# http-api-troubleshooting-lambda.html (read 2026-11-22); bodies as in local/faults.py.
GATEWAY = {
    "401": "Unauthorized: the bearer token is missing or not valid.",
    "403": "Forbidden: the signature or the key is missing or not valid, or may not call this route.",
    "429": "Too Many Requests: above the API's or the key's rate or quota; wait and try again.",
    "502": "The function failed to start, crashed, timed out or is busy (REST API; an HTTP API says 500, or 503).",
    "503": "Every execution environment is busy, or none answered in time; try again (HTTP API).",
    "504": "No answer in time (REST API).",
}

HEADERS: dict[str, Document] = {
    "x-request-id": {"description": "Names the request in the function's log.", "schema": {"type": "string"}},
    "server-timing": {
        "description": "Milliseconds of parse, infer and total.",
        "schema": {"type": "string"},
        "example": "parse;dur=0.04, infer;dur=0.05, total;dur=0.1",
    },
    "cache-control": {"description": "Whether the answer may be kept.", "schema": {"type": "string"}},
    "x-model-version": {
        "description": "Which models were asked, in which version.",
        "schema": {"type": "string"},
    },
    "etag": {"description": "Changes with the catalogue.", "schema": {"type": "string"}},
    "accept-encoding": {"description": "Which encodings the service takes.", "schema": {"type": "string"}},
}
# An HTTP API has its own words for these statuses too, and a REST API the service's form with other facts.
ALSO_HTTP_APIS = ("TooMuch", "Failed", "ModelFailed")
ALSO_REST_APIS = {"NotJson": "400", "TooMuch": "413"}
# 401 and 503 are said by HTTP APIs alone, 502 and 504 by REST APIs alone.
REST_ONLY = ("502", "504")
ALWAYS = ("x-request-id", "server-timing", "cache-control")


def header_components(service: ServiceDescription) -> dict[str, Document]:
    """The headers of components; the example of one names a model of the service."""
    model = service.models[0]
    versions = {**HEADERS["x-model-version"], "example": f"{model.name}={model.version}"}
    return {**HEADERS, "x-model-version": versions}


def shared_faults(service: ServiceDescription) -> dict[str, dict[str, ServiceError]]:
    """The faults of the answers that operations share, by the name under which components has them."""
    place, most_rows = places_of(service.models)[0], service.most_rows
    return {
        "NotJson": {
            "empty": errors.NotJson("it is empty"),
            "member-twice": errors.NotJson(f'an object has the member "{place.feature.name}" twice'),
        },
        "TooMuch": {
            "too-many-rows": errors.TooManyRows(most_rows + 1, most_rows),
            "too-many-values": errors.TooManyValues(266000),
            "answer-too-large": errors.AnswerTooLarge(7_000_000, 6_291_456),
        },
        "NotSentAsJson": {
            "unsupported-media-type": errors.UnsupportedMediaType("text/csv"),
            "unsupported-encoding": errors.UnsupportedEncoding("gzip"),
            "binary-tensors": errors.BinaryTensors(),
        },
        "UnfitInstances": {"does-not-fit": _misfit_of_instances(place)},
        "UnfitTensors": {"does-not-fit": _misfit_of_tensors(place.model)},
        "Failed": {"internal": errors.InternalError()},
        "ModelFailed": {"model-failed": errors.ModelFailed(place.model.name), "internal": errors.InternalError()},
    }


def _misfit_of_instances(place: Place) -> ServiceError:
    """What the service says of a value of another type."""
    model, name = place.model, place.feature.name
    row = {**model.instances[0], name: 7 if place.feature.type == "string" else "high"}
    try:
        read_instances({"instances": [row]}, Schema.of(model.path, [model.manifest]), most_rows=1)
    except errors.DoesNotFit as misfit:
        return misfit
    raise AssertionError(f"{model.path}: {name} takes {row[name]!r}")


def _misfit_of_tensors(model: Bundle) -> ServiceError:
    """The same of an element of a tensor."""
    taken = model.manifest.inputs[0]
    k = len(taken.features)
    values = input_tensors(model.manifest, model.prepared[:1])[0]["data"]
    values[k - 1] = 7 if taken.datatype == "BYTES" else "high"
    document = {"name": taken.name, "shape": [1, k], "datatype": taken.datatype, "data": values}
    _, faults = read_tensor(document, tensor_type(model.manifest, taken), "/inputs/0")
    return errors.DoesNotFit(faults)


def headers(*names: str) -> dict[str, Document]:
    """What every answer carries, and these."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*ALWAYS, *names)}


def response(examples: Mapping[str, ServiceError]) -> Document:
    """The answer to faults of one status."""
    kinds = {error.kind: error.title for error in examples.values()}
    schema = ref("PartialAnswer" if "model-failed" in kinds else "Problem")
    named = {name: None for error in examples.values() for name in error.headers}
    return {
        "description": "; or: ".join(kinds.values()) + ".",
        "headers": headers("x-model-version", *named),
        "content": {
            PROBLEM: {
                "schema": schema,
                "examples": {name: {"value": problem(error).document} for name, error in examples.items()},
            },
            JSON: {"schema": schema},  # of /v2, whose clients read no other
        },
    }


def shared_responses(service: ServiceDescription) -> dict[str, Document]:
    """The responses of components: the function's, and what API Gateway answers by itself for every route."""
    ours = {name: response(examples) for name, examples in shared_faults(service).items()}
    for name, status in ALSO_REST_APIS.items():
        content = ours[name]["content"][PROBLEM]
        content["schema"] = ref("GatewayProblem")
        content["examples"] |= _gateway_examples(status)
    for name in ALSO_HTTP_APIS:
        ours[name]["content"][JSON] = {
            "schema": {"anyOf": [ours[name]["content"][JSON]["schema"], ref("GatewayFault")]}
        }
    return ours | {
        f"Gateway{status}": {"description": text, "content": _gateway_content(status)}
        for status, text in GATEWAY.items()
    }


HTTP_APIS_WORDS: dict[str, Any] = {JSON: {"schema": ref("GatewayFault")}}


def _gateway_content(status: str) -> dict[str, Any]:
    examples = _gateway_examples(status)
    problems = {PROBLEM: {"schema": ref("GatewayProblem"), "examples": examples}} if examples else {}
    return {**({} if status in REST_ONLY else HTTP_APIS_WORDS), **problems}


def _gateway_examples(status: str) -> dict[str, Document]:
    faults = {fault.kind: fault for fault in GATEWAY_FAULTS.values() if str(fault.status) == status}
    return {kind: {"value": fault.document()} for kind, fault in faults.items()}


def shared(name: str) -> Document:
    """A reference to a response of components."""
    return {"$ref": f"#/components/responses/{name}"}
