"""What a REST API answers by itself, in the form of the service's own faults; an HTTP API has its own words only."""

import json
from dataclasses import dataclass
from typing import Any

from sparely.handler.response import PROBLEM
from sparely_toolkit.contract.schemas import Document

# The one variable of a template: API Gateway puts quotes around the text itself.
MESSAGE = "$context.error.messageString"


@dataclass(frozen=True)
class GatewayFault:
    """One gateway response; without a status it has the one that API Gateway has chosen."""

    status: int | None
    kind: str
    title: str
    detail: str

    def document(self) -> Document:
        """The problem document, with the members of the function's own."""
        status = {} if self.status is None else {"status": self.status}
        return {
            "type": f"urn:problem-type:{self.kind}",
            "title": self.title,
            "detail": self.detail,
            **status,
            "error": self.detail,
        }

    def template(self) -> str:
        """The document as a template that API Gateway fills in: plain text but for the variable."""
        return json.dumps(self.document()).replace(json.dumps(MESSAGE), MESSAGE)


# Source: docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html (read
# 2026-11-22). The function's own failures come under DEFAULT_5XX, as all that has no line here; its status is
# then that of them all.
GATEWAY_FAULTS = {
    "BAD_REQUEST_BODY": GatewayFault(
        400,
        "no-instances",
        "The body is not JSON, or has no instances",
        'The request body is not JSON, or not an object with a list of objects as "instances".',
    ),
    "INVALID_API_KEY": GatewayFault(
        403,
        "forbidden",
        "The caller may not do this",
        "The header x-api-key names no key of this API.",
    ),
    "MISSING_AUTHENTICATION_TOKEN": GatewayFault(
        403,
        "forbidden",
        "The caller may not do this",
        "There is no such route, or it wants to know who calls.",
    ),
    "REQUEST_TOO_LARGE": GatewayFault(
        413,
        "too-large",
        "The request is too large",
        "API Gateway takes requests of up to 10 MB.",
    ),
    "THROTTLED": GatewayFault(
        429,
        "too-many-requests",
        "Too many requests",
        "The API, or the key's usage plan, lets through fewer requests a second; try again later.",
    ),
    "QUOTA_EXCEEDED": GatewayFault(
        429,
        "quota-exceeded",
        "The quota is used up",
        "The key's usage plan grants no more requests today.",
    ),
    "INTEGRATION_TIMEOUT": GatewayFault(
        504,
        "timeout",
        "No answer in time",
        "The function took longer than API Gateway waits; try again.",
    ),
    "DEFAULT_4XX": GatewayFault(None, "refused", "API Gateway refuses the request", MESSAGE),
    "DEFAULT_5XX": GatewayFault(
        502,
        "no-answer",
        "The function gave no answer",
        "The function failed, or as many requests run as it may take at once; try again.",
    ),
}


def responses() -> Document:
    """`x-amazon-apigateway-gateway-responses`: all faults, with the headers of the function's own answers."""
    headers: dict[str, Any] = {
        "Content-Type": f"'{PROBLEM}'",
        "Cache-Control": "'no-store'",
        "Access-Control-Allow-Origin": {
            "Fn::If": ["AllowsOrigin", {"Fn::Sub": "'${CorsOrigin}'"}, {"Ref": "AWS::NoValue"}]
        },
    }
    parameters = {f"gatewayresponse.header.{name}": value for name, value in headers.items()}
    return {
        name: {
            **({"statusCode": str(fault.status)} if fault.status else {}),
            "responseParameters": parameters,
            # The type under which API Gateway looks for a template; the header says what it really is.
            "responseTemplates": {"application/json": fault.template()},
        }
        for name, fault in GATEWAY_FAULTS.items()
    }
