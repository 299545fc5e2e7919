"""The template's service with its sample models, in this process and called as Lambda calls it."""

import sparely

from . import lambda_context  # noqa: F401  # sets what the handler reads of the environment when it is loaded
from .services import TEMPLATE

SERVICE = sparely.Service(str(TEMPLATE / "src" / "handler" / "app.py"))
