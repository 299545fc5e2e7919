"""aiohttp's request -> our own value, and our response -> aiohttp's: the only place that knows both."""

from urllib.parse import urlsplit, urlunsplit

from aiohttp import web
from multidict import CIMultiDict

from sparely_toolkit.local import request
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.responses import HttpResponse

# Source: docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
BODY_LIMIT_BYTES = 10 * 1024 * 1024


class BodyTooLarge(Exception):
    """More than API Gateway takes."""


async def read(received: web.BaseRequest, port: int) -> HttpRequest:
    """
    Read a request with its body.

    Raises:
        BodyTooLarge: as soon as that is known; the rest is not read.
    """
    time = request.now()
    return HttpRequest(
        method=received.method,
        target=_origin_form(received.raw_path),
        headers=tuple((name.decode("latin-1"), text.decode("utf-8", "replace")) for name, text in received.raw_headers),
        body=await _body(received) if received.can_read_body else b"",
        source_ip=received.remote or "",
        protocol=f"HTTP/{received.version.major}.{received.version.minor}",
        port=port,
        request_id=request.new_request_id(),
        extended_request_id=request.new_extended_request_id(),
        trace_id=request.new_trace_id(time),
        time=time,
    )


def _origin_form(target: str) -> str:
    """A target without scheme and host, which a client sends to a proxy. Source: RFC 9112, section 3.2.2."""
    if target.startswith("/"):
        return target
    parts = urlsplit(target)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


async def _body(received: web.BaseRequest) -> bytes:
    if (received.content_length or 0) > BODY_LIMIT_BYTES:
        raise BodyTooLarge
    parts = []
    size = 0
    async for part in received.content.iter_any():
        size += len(part)
        if size > BODY_LIMIT_BYTES:
            raise BodyTooLarge
        parts.append(part)
    return b"".join(parts)


def sent(response: HttpResponse, more: tuple[tuple[str, str], ...] = ()) -> web.Response:
    """Write a response; its length is the body's, whatever the function said."""
    headers = CIMultiDict([*response.headers, *more])
    headers.popall("content-length", None)
    return web.Response(status=response.status, headers=headers, body=response.body)
