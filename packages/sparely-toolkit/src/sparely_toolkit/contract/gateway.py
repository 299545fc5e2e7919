"""
The body from which API Gateway makes the REST API: openapi.yaml by routes instead of models, in its dialect.

One path serves all models, since the function is told the route, not the path; so a route has one model of its
body, which is an outline.
"""

import re
from collections.abc import Mapping, Sequence

from sparely.handler.errors import MethodNotAllowed, UnknownRoute
from sparely.handler.response import JSON, PROBLEM
from sparely.handler.routes import ROUTES
from sparely_toolkit.contract import gateway_faults
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.document import TAGS
from sparely_toolkit.contract.faults import GATEWAY, shared_responses
from sparely_toolkit.contract.gateway_schemas import models, outline, references
from sparely_toolkit.contract.operations import OWN, PREDICT, Operation, operations
from sparely_toolkit.contract.schemas import Document, ref
from sparely_toolkit.contract.writing import OneLineList, OneLineMap

ANY_METHOD = "x-amazon-apigateway-any-method"
VALIDATOR = "x-amazon-apigateway-request-validator"
URI = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    "${PredictFunction.Arn}:live/invocations"
)
OUTLINES = {
    "PredictRequest": outline("instances"),
    "InferRequest": outline("inputs"),
    "Predictions": {
        "type": "object",
        "required": ["predictions", "versions"],
        "properties": {"predictions": {"type": "object"}, "versions": {"type": "object"}},
    },
}

# Objects that YAML writes once and refers to.
REACHED: Document = {
    "security": OneLineList([{"auth": []}]),
    "x-amazon-apigateway-integration": {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "passthroughBehavior": "when_no_match",
        "uri": {"Fn::Sub": URI},
    },
}
# The same of an HTTP API.
HTTP_REACHED: Document = {
    "security": REACHED["security"],
    "x-amazon-apigateway-integration": {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "payloadFormatVersion": "2.0",
        "uri": {"Fn::Sub": URI},
    },
}
HTTP_METHODS = ("get", "post", "put", "patch", "delete", "head")
SERVED = OneLineMap({"200": {"description": "As openapi.yaml of the service says."}})
NO_METHOD = OneLineMap({"405": {"description": "The function names the methods that there are."}})
NO_PATH = OneLineMap({"404": {"description": "The function says that there is no such path."}})
_PROBLEM: Document = {PROBLEM: {"schema": ref("Problem")}}
STRANGER: Document = {
    str(error.status): OneLineMap(description=f"{error.title}.", content=_PROBLEM)
    for error in (UnknownRoute, MethodNotAllowed)
}


def gateway_body(service: ServiceDescription) -> Document:
    """What stands between the marks of template.yaml: a REST API's body, or an HTTP API's paths."""
    return rest_body(service) if service.payload == "1.0" else http_body(service)


def http_body(service: ServiceDescription) -> Document:
    """
    The paths of an HTTP API.

    Each path also takes its other methods, and a last route any other path: so that the function says in its own words
    what is wrong. All of them want the same authorization, so nobody else reaches it. OPTIONS has no route, also not by
    way of ANY: the gateway then answers a browser's preflight request by itself, which brings no credentials.
    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    """
    known: dict[str, set[str]] = {}
    for key in (*ROUTES, *(route.key for route in service.own)):
        method, path = key.split(" ")
        known.setdefault(path, set()).add(method.lower())
    by_path = {path: _parameters(path) for path in (*known, "/", "/{proxy+}")}
    return {"paths": {path: _http_path(path, known.get(path, set()), by_path[path]) for path in by_path}}


def _http_path(path: str, known: set[str], parameters: Document) -> Document:
    def operation(responses: Document) -> Document:
        return {**parameters, **HTTP_REACHED, "responses": responses}

    served, refused = operation(SERVED), operation(NO_PATH if path == "/{proxy+}" else NO_METHOD)
    return {method: served if method in known else refused for method in HTTP_METHODS}


def rest_body(service: ServiceDescription) -> Document:
    """All members of the body but `openapi` and `info`; they are the same whatever models there are."""
    paths = _paths(service)
    used = [name for name in references(paths) if name not in OUTLINES]
    return {
        f"{VALIDATOR}s": {
            "parameters": {"validateRequestBody": False, "validateRequestParameters": True},
            "all": {"validateRequestBody": True, "validateRequestParameters": True},
        },
        VALIDATOR: "parameters",
        "x-amazon-apigateway-gateway-responses": gateway_faults.responses(),
        "paths": paths,
        "components": {
            "securitySchemes": {"auth": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
            "schemas": {**OUTLINES, **models(iter(used))},
        },
    }


def _paths(service: ServiceDescription) -> dict[str, Document]:
    """Every route; each path also takes any other method, and a last one any other path: for 405 and 404."""
    routes: dict[str, list[Operation]] = {}
    for operation in operations(service):
        routes.setdefault(operation.route, []).append(operation)
    parameters = {
        path: _parameters(path) for path in (*(route.partition(" ")[2] for route in routes), "/", "/{proxy+}")
    }
    shared = shared_responses(service)
    paths: dict[str, Document] = {}
    for route, known in routes.items():
        method, path = route.split(" ")
        paths.setdefault(path, {})[method.lower()] = {**parameters[path], **_operation(known, shared)}
    for path in parameters:
        paths.setdefault(path, {})[ANY_METHOD] = {**parameters[path], **REACHED, "responses": STRANGER}
    return paths


def _operation(known: Sequence[Operation], shared: Mapping[str, Document]) -> Document:
    """One route, of what its operations have in common."""
    first = known[0]
    return {
        "summary": TAGS[first.tag] if "{" in first.route and first.tag != OWN else first.summary,
        **_request(first),
        **REACHED,
        "responses": _responses(first, shared, _answer(known)),
    }


def _parameters(path: str) -> Document:
    names = [name.rstrip("+") for name in re.findall(r"\{([^}]+)\}", path)]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    return {"parameters": OneLineList(parameters)} if parameters else {}


def _request(operation: Operation) -> Document:
    """
    The body's model.

    Tensors are not validated: an outline would save nothing and hide the function's own sentence.
    """
    if not operation.body or operation.tag == OWN:
        return {}
    validated = operation.tag == PREDICT
    schema = ref("PredictRequest" if validated else "InferRequest")
    body = {"requestBody": OneLineMap(required=True, content={JSON: {"schema": schema}})}
    return {**body, **({VALIDATOR: "all"} if validated else {})}


def _answer(known: Sequence[Operation]) -> Document:
    """The answer's schema, if all operations of the route have the same."""
    names = {name for each in known for name in references(each.answer)}
    return known[0].answer if len(names) == 1 and known[0].tag != PREDICT else ref("Predictions")


def _responses(operation: Operation, shared: Mapping[str, Document], answer: Document) -> Document:
    """What the function answers, by status; what API Gateway says by itself is in its gateway responses."""
    content = {} if operation.tag == OWN else {"content": {JSON: {"schema": answer}}}
    answers: Document = {"200": OneLineMap(description="The answer.", **content)}
    for status, response in operation.document()["responses"].items():
        if status not in GATEWAY and int(status) >= 400:
            described = shared[response["$ref"].rpartition("/")[2]] if "$ref" in response else response
            answers[status] = OneLineMap(description=described["description"], content=_PROBLEM)
    return answers
