"""What is served beside the API, on this machine only: pages to look at, weights to change, Lambda's Invoke."""

import ipaddress
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sparely_toolkit.local.control import Control, Refused
from sparely_toolkit.local.pages.files import Pages
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.responses import HttpResponse

if TYPE_CHECKING:
    from sparely_toolkit.local.service import LocalService

Answer = Callable[[HttpRequest], Awaitable[HttpResponse | None]]


class Beside:
    """
    Answers what the API has no route for, to this machine alone; None for what is nothing here either.

    The API goes first: a route for the method and the path keeps them. A route that is there to refuse does not, or
    a service that takes every path could show no page.
    """

    def __init__(self, service: "LocalService") -> None:
        self._control = Control(service)
        self._pages = Pages(service)

    async def answer(self, asked: HttpRequest) -> HttpResponse | None:
        """Answer from this machine to this machine."""
        if not _is_loopback(asked.source_ip) or not _names_this_machine(asked.header("host")):
            return None
        page = self._pages.answer(asked)
        if page is not None:
            return page
        try:
            found = await self._control.answer(asked)
        except Refused as refusal:
            return json_response(refusal.status, {"message": str(refusal)})
        return None if found is None else found if isinstance(found, HttpResponse) else json_response(*found)


def json_response(status: int, document: Any) -> HttpResponse:
    """Write a document as JSON."""
    headers = (("content-type", "application/json"), ("cache-control", "no-store"))
    return HttpResponse(status, headers, json.dumps(document).encode())


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _names_this_machine(host: str | None) -> bool:
    # A page of another site whose name was pointed to 127.0.0.1 sends that name.
    name = urlsplit(f"//{host or ''}").hostname or ""
    return name == "localhost" or _is_loopback(name)
