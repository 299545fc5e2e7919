"""
The function's entry point: from API Gateway's event to the answer that it is given back.

The gateway has routed already; its route key chooses what happens, in `routes`.
"""

import os
from collections.abc import Mapping
from typing import Any

from handler.dispatch import answer, fault
from handler.registry import load_models
from handler.request import read_event
from handler.response import check_size, to_gateway
from handler.routes import ROUTES
from handler.telemetry import Timing, record

registry = load_models(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "models"))


def lambda_handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer one API Gateway event, payload format 1.0 or 2.0."""
    timing = Timing()
    route, headers = "unknown", {"x-request-id": context.aws_request_id}
    try:
        request = read_event(event, context.aws_request_id)
        route = request.route
        found, versions = answer(request, ROUTES, registry, timing)
        if versions:
            headers["x-model-version"] = versions
        reply = to_gateway(found, headers)
        check_size(reply)
    except Exception as error:
        found = fault(error, context.aws_request_id)
        reply = to_gateway(found, headers)
    timing.finish()
    record(route, context.aws_request_id, found, timing)
    reply["headers"]["server-timing"] = timing.header()
    return reply
