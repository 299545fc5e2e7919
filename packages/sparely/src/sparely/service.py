"""
A service of the models in one package: from API Gateway's event to the answer that it is given back.

The gateway has routed already; its route key chooses what happens, in `handler.routes`.
"""

import os
from collections.abc import Mapping
from typing import Any

from sparely.handler.dispatch import answer, fault
from sparely.handler.registry import Registry, load_models
from sparely.handler.request import read_event
from sparely.handler.response import check_size, to_gateway
from sparely.handler.routes import ROUTES
from sparely.handler.telemetry import Timing, record


class Service:
    """
    What Lambda calls: `lambda_handler = Service(__file__)` in src/handler/app.py.

    Attributes:
        registry: the models, opened once per execution environment.
    """

    def __init__(self, app: str) -> None:
        """
        Open the models of a service.

        Args:
            app: the file of its handler, <package>/handler/app.py; the models are in <package>/models.

        Raises:
            ModelLoadError: a file of a model is missing, altered or unreadable, or two models contradict each other.
        """
        package = os.path.dirname(os.path.dirname(os.path.abspath(app)))
        self.registry: Registry = load_models(os.path.join(package, "models"))

    def __call__(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Answer one API Gateway event, payload format 1.0 or 2.0."""
        timing = Timing()
        route, headers = "unknown", {"x-request-id": context.aws_request_id}
        try:
            request = read_event(event, context.aws_request_id)
            route = request.route
            found, versions = answer(request, ROUTES, self.registry, timing)
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
