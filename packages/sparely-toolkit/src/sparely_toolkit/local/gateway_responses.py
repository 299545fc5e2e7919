"""Gateway responses of a REST API: the template's words for what the gateway would say in its own."""

import json
from collections.abc import Mapping
from typing import Any

from sparely_toolkit.local.faults import Fault
from sparely_toolkit.local.responses import HttpResponse

RESPONSES = "x-amazon-apigateway-gateway-responses"
# Source: docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html (read
# 2026-11-22). What it does not name has the default of its status; which type a failed function and a request
# above Lambda's 6 MB have, no source says.
TYPES = {
    Fault.NO_ROUTE: "MISSING_AUTHENTICATION_TOKEN",
    Fault.NOT_AUTHORIZED: "UNAUTHORIZED",
    Fault.FORBIDDEN: "INVALID_API_KEY",
    Fault.TOO_MANY_REQUESTS: "THROTTLED",
    Fault.QUOTA_USED: "QUOTA_EXCEEDED",
    Fault.INVALID_PARAMETERS: "BAD_REQUEST_PARAMETERS",
    Fault.INVALID_BODY: "BAD_REQUEST_BODY",
    Fault.BODY_TOO_LARGE: "REQUEST_TOO_LARGE",
    Fault.GATEWAY_TIMEOUT: "INTEGRATION_TIMEOUT",
}
_HEADER = "gatewayresponse.header."


def reworded(usual: HttpResponse, fault: Fault, body: Mapping[str, Any]) -> HttpResponse:
    """
    Give a fault's answer as the API's OpenAPI body has it, or the usual one where it has none.

    Of the variables the message is filled in, and of the headers those with a constant value are set.
    """
    defined = body.get(RESPONSES, {})
    found = defined.get(TYPES.get(fault, ""), defined.get(f"DEFAULT_{usual.status // 100}XX"))
    if found is None:
        return usual
    status = int(found.get("statusCode", usual.status))
    ((media_type, template), *_) = found.get("responseTemplates", {"": None}).items()
    text = usual.body if template is None else _filled(template, usual.body).encode()
    headers = dict(usual.headers) | ({"content-type": media_type} if media_type else {})
    for name, value in found.get("responseParameters", {}).items():
        if name.startswith(_HEADER) and str(value).startswith("'"):
            headers[name.removeprefix(_HEADER).lower()] = str(value).strip("'")
    return HttpResponse(status, tuple(headers.items()), text)


def _filled(template: str, usual: bytes) -> str:
    """Fill in the message, which comes in its quotes."""
    message = json.loads(usual)["message"] if usual.startswith(b"{") else usual.decode()
    return template.replace("$context.error.messageString", json.dumps(message))
