"""What invokes the function beside a gateway: each way in, and one sentence for everything else; loaded by need."""

from collections.abc import Mapping
from typing import Any

from sparely.handler.direct import answer_direct, is_direct
from sparely.handler.dispatch import Ask
from sparely.handler.paths import routed
from sparely.handler.queue import answer_messages, is_queue, takes_messages
from sparely.handler.request import Request
from sparely.handler.warm_up import answer_warm_up, is_warm_up

TAKEN = (
    "requests of API Gateway, a function URL or a load balancer",
    '{"area": ..., "model": ..., "instances": [...]}',
    '{"warmup": true}',
    "a schedule's event",
)
MESSAGES = "messages of a queue"
KINDS = {str: "a text", dict: "an object", list: "a list", type(None): "null", bool: "true or false"}
SHOWN_MEMBERS = 5
LONGEST_NAME = 60


class UnknownEvent(Exception):
    """
    An event that is no request and no other that is taken.

    It is raised, not answered: nobody reads an HTTP answer to it, and what has sent it tries again, or keeps it among
    its dead letters, only where the invocation fails.
    """

    def __init__(self, event: Any, described: str = "") -> None:
        *taken, last = (*TAKEN, MESSAGES) if takes_messages() else TAKEN
        super().__init__(
            f"The event is {described or _described(event)}; this function takes {', '.join(taken)} and {last}."
        )


def answer_other(event: Any, context: Any, routes: Mapping[str, Any], ask: Ask, lookalike: str = "") -> Any:
    """
    Answer an event that no gateway has routed.

    Args:
        lookalike: what it is, where it looks like a request of a gateway and is none.

    Raises:
        UnknownEvent: it is none that is taken.
    """
    if not isinstance(event, dict):
        raise UnknownEvent(event)
    if is_warm_up(event):
        return answer_warm_up()
    if "elb" in _object(event, "requestContext"):
        return _answer_balancer(event, context, routes, ask)
    if is_direct(event):
        return answer_direct(event, context.aws_request_id, ask)
    if takes_messages() and is_queue(event):
        return answer_messages(event, ask)
    raise UnknownEvent(event, lookalike)


def misfit(request: Request) -> str:
    """What is wrong with a request that no gateway makes, in `UnknownEvent`'s sentence; nothing where it is whole."""
    for name, text in (("method", request.method), ("path", request.path), ("body", request.body)):
        if not isinstance(text, str):
            return f"a request whose {name} is {_kind(text)}"
    members = {"headers": request.headers, "path parameters": request.parameters, "query": request.query}
    for name, values in members.items():
        if not isinstance(values, Mapping):
            return f"a request whose {name} is {_kind(values)}"
        for value in values.values():
            if not isinstance(value, str):
                return f"a request with {_kind(value)} in its {name}"
    for part in request.route.split("/"):
        if part.startswith("{") and part[1:-1] not in request.parameters:
            return f"a request without {part[1:-1]} in its path parameters"
    return ""


def _answer_balancer(event: Mapping[str, Any], context: Any, routes: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    """
    Answer an Application Load Balancer, with headers in the form that it was set to send.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html (read 2026-11-28).
    """
    from urllib.parse import unquote_plus

    several = event.get("multiValueHeaders")
    try:
        headers = {name: values[-1] for name, values in several.items()} if several else event.get("headers") or {}
        query = event.get("queryStringParameters") or {
            name: values[-1] for name, values in (event.get("multiValueQueryStringParameters") or {}).items()
        }
        request = Request(
            route="",
            method=event["httpMethod"],
            path=event["path"],
            parameters={},
            headers={name.lower(): value for name, value in headers.items()},
            body=event.get("body") or "",
            is_base64=bool(event.get("isBase64Encoded")),
            id=context.aws_request_id,
            query={unquote_plus(name): unquote_plus(value) for name, value in query.items()},
        )
    except (KeyError, IndexError, TypeError, AttributeError):
        raise UnknownEvent(event) from None
    if found := misfit(request):
        raise UnknownEvent(event, found)
    reply = ask(routed(request, routes, is_encoded=True))[1]
    if several:
        reply["multiValueHeaders"] = {name: [value] for name, value in reply.pop("headers").items()}
    return reply


def _described(event: Any) -> str:
    """What an event is, by what it says of itself; a caller's text is not repeated but for such names."""
    if not isinstance(event, dict):
        return _kind(event)
    for member in ("detail-type", "Type", "RequestType", "triggerSource", "type", "eventSource", "source"):
        name = event.get(member)
        if _is_name(name):
            return f'an object with "{member}": "{name}"'
    records = event.get("Records")
    if isinstance(records, list) and records and isinstance(records[0], dict):
        source = records[0].get("eventSource") or records[0].get("EventSource")
        if _is_name(source):
            return f'a list of records of "{source}"'
    names = [name for name in event if _is_name(name)][:SHOWN_MEMBERS]
    return f"an object with {', '.join(names)}" if names else "an object without known members"


def _is_name(value: Any) -> bool:
    """Whether it can stand in a sentence of one line."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isascii() and value.isprintable()


def _kind(value: Any) -> str:
    return KINDS.get(type(value), "a number")


def _object(event: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    value = event.get(member)
    return value if isinstance(value, dict) else {}
