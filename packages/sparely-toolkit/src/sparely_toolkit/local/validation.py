"""Request validation of a REST API: parameters and the body's model are checked before the function runs."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from sparely_toolkit.local.faults import Fault, Refusal
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Match

VALIDATORS = "x-amazon-apigateway-request-validators"
VALIDATOR = "x-amazon-apigateway-request-validator"


class RequestValidation:
    """
    Checks what a route's validator names; a route without one is not checked.

    Models are JSON schema draft 4, as API Gateway's are.
    Source: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
    """

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._body = body
        self._models: dict[str, Any] = {}

    def check(self, request: HttpRequest, match: Match) -> None:
        """
        Check one request.

        Raises:
            Refusal: 400, with the answer that API Gateway gives: it does not say what is wrong with a body.
        """
        operation = match.route.operation
        name = operation.get(VALIDATOR, self._body.get(VALIDATOR))
        validator = self._body.get(VALIDATORS, {}).get(name, {})
        if validator.get("validateRequestParameters"):
            _check_parameters(request, operation)
        if validator.get("validateRequestBody"):
            self._check_body(request, match)

    def _check_body(self, request: HttpRequest, match: Match) -> None:
        request_body = match.route.operation.get("requestBody", {})
        media_type = (request.header("content-type") or "application/json").partition(";")[0].strip().lower()
        content = request_body.get("content", {})
        # A media type without a model is let through, unless $default names one.
        schema = content.get(media_type, content.get("$default", {})).get("schema")
        if schema is None:
            return
        if not request.body and not request_body.get("required"):
            return
        try:
            document = json.loads(request.body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Refusal(Fault.INVALID_BODY) from None
        if not self._model(f"{match.route.key} {media_type}", schema).is_valid(document):
            raise Refusal(Fault.INVALID_BODY)

    def _model(self, key: str, schema: Mapping[str, Any]) -> Any:
        if key not in self._models:
            from jsonschema import Draft4Validator

            # References point into the OpenAPI document, so the schema is checked as a part of it.
            components = self._body.get("components", {})
            self._models[key] = Draft4Validator(
                {**schema, "components": components}
                if "$ref" not in schema
                else {"allOf": [schema], "components": components}
            )
        return self._models[key]


def _no_constant(name: str) -> None:
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(name)


def _check_parameters(request: HttpRequest, operation: Mapping[str, Any]) -> None:
    query = parse_qs(request.raw_query, keep_blank_values=True)
    missing = [
        parameter["name"]
        for parameter in operation.get("parameters", [])
        if parameter.get("required") and not _is_given(parameter, request, query)
    ]
    if missing:
        raise Refusal(Fault.INVALID_PARAMETERS, message=f"Missing required request parameters: [{', '.join(missing)}]")


def _is_given(parameter: Mapping[str, Any], request: HttpRequest, query: Mapping[str, Any]) -> bool:
    match parameter.get("in"):
        case "query":
            return parameter["name"] in query
        case "header":
            return request.header(parameter["name"].lower()) is not None
        case _:  # a path parameter is always there, or the route would be another
            return True
