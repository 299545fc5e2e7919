"""An event on its way through an execution environment."""

import asyncio
from dataclasses import dataclass, field

from sparely_toolkit.local.outcome import Outcome


class Undelivered(Exception):
    """The environment went away before it took the event; another one may have it."""


def _future() -> "asyncio.Future[Outcome]":
    return asyncio.get_running_loop().create_future()


@dataclass
class Invocation:
    """
    One event, and its end as a future.

    Attributes:
        delivered_at: monotonic time at which the runtime was given the event; 0 before.
    """

    request_id: str
    event: bytes
    timeout_s: float
    invoked_arn: str
    trace_id: str
    delivered_at: float = 0.0
    ended: "asyncio.Future[Outcome]" = field(default_factory=_future)
