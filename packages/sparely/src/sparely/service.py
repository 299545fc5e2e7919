"""
A service of the models in one package: from API Gateway's event to the answer that it is given back.

The gateway has routed already; its route key chooses what happens, in `handler.routes`.
"""

import os
from collections.abc import Mapping
from typing import Any

from sparely.handler.dispatch import respond
from sparely.handler.registry import Registry, load_models
from sparely.handler.routes import ROUTES


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
        return respond(event, context, ROUTES, self.registry)
