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
SHOWN_MEMBERS = 5


class UnknownEvent(Exception):
    """
    An event that is no request and no other that is taken.

    It is raised, not answered: nobody reads an HTTP answer to it, and what has sent it tries again, or keeps it among
    its dead letters, only where the invocation fails.
    """

    def __init__(self, event: Any) -> None:
        *taken, last = (*TAKEN, MESSAGES) if takes_messages() else TAKEN
        super().__init__(f"The event is {_described(event)}; this function takes {', '.join(taken)} and {last}.")


def answer_other(event: Any, context: Any, routes: Mapping[str, Any], ask: Ask) -> Any:
    """
    Answer an event that no gateway has routed.

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
    raise UnknownEvent(event)


def _answer_balancer(event: Mapping[str, Any], context: Any, routes: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    """
    Answer an Application Load Balancer, with headers in the form that it was set to send.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html (read 2026-11-28).
    """
    from urllib.parse import unquote_plus

    several = event.get("multiValueHeaders")
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
    reply = ask(routed(request, routes, is_encoded=True))[1]
    if several:
        reply["multiValueHeaders"] = {name: [value] for name, value in reply.pop("headers").items()}
    return reply


def _described(event: Any) -> str:
    """What an event is, by what it says of itself; a caller's text is not repeated but for such names."""
    if not isinstance(event, dict):
        return {str: "a text", list: "a list", type(None): "null", bool: "true or false"}.get(type(event), "a number")
    for member in ("detail-type", "Type", "RequestType", "triggerSource", "type", "eventSource", "source"):
        name = event.get(member)
        if isinstance(name, str) and name.isascii() and 0 < len(name) <= 60:
            return f'an object with "{member}": "{name}"'
    records = event.get("Records")
    if isinstance(records, list) and records and isinstance(records[0], dict):
        source = records[0].get("eventSource") or records[0].get("EventSource")
        if isinstance(source, str) and len(source) <= 60:
            return f'a list of records of "{source}"'
    names = [name for name in event if name.isascii() and len(name) <= 40][:SHOWN_MEMBERS]
    return f"an object with {', '.join(names)}" if names else "an object without known members"


def _object(event: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    value = event.get(member)
    return value if isinstance(value, dict) else {}
