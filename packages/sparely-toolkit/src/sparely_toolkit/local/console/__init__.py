"""What is served on this machine only, beside the API: pages to look at, weights to change, Lambda's Invoke."""

import ipaddress
from urllib.parse import urlsplit

from sparely_toolkit.local.console.control import Control
from sparely_toolkit.local.console.pages import Pages
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.responses import HttpResponse
from sparely_toolkit.local.service import LocalService


class Console:
    """
    Answers what the API has no route for, to this machine alone; None for what is nothing here either.

    The API goes first: a route for the method and the path keeps them. A route that is there to refuse does not, or
    a service that takes every path could show no page.
    """

    def __init__(self, service: LocalService) -> None:
        self._control = Control(service)
        self._pages = Pages(service)

    async def answer(self, request: HttpRequest) -> HttpResponse | None:
        """Answer from this machine to this machine."""
        if not _is_loopback(request.source_ip) or not _names_this_machine(request.header("host")):
            return None
        return await self._pages.answer(request) or await self._control.answer(request)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _names_this_machine(host: str | None) -> bool:
    # A page of another site whose name was pointed to 127.0.0.1 sends that name.
    name = urlsplit(f"//{host or ''}").hostname or ""
    return name == "localhost" or _is_loopback(name)
