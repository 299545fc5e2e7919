"""The service in a package, for what scores files with it."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparely.service import Service

HANDLER = "handler.app.lambda_handler"


def find_service(handler: str = HANDLER) -> "Service":
    """The service behind a function's handler, whatever the owner has put around it."""
    from sparely.service import Service

    place, _, name = handler.rpartition(".")
    module = importlib.import_module(place.replace("/", "."))
    found = [getattr(module, name), *vars(module).values()]
    return next(each for each in found if isinstance(each, Service))
