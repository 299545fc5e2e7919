"""An event on its way through an execution environment, and what came of it and of the init before it."""

import asyncio
import json
import math
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["success", "error", "timeout"]


@dataclass(frozen=True)
class InitFailure:
    """An init that ended badly, as INIT_REPORT tells it."""

    status: Status
    error_type: str
    payload: bytes
    init_ms: float


@dataclass(frozen=True)
class Outcome:
    """
    The end of one invocation.

    Attributes:
        payload: the function's answer, or Lambda's error object (`errorType`, `errorMessage`), JSON in UTF-8.
        error_type: Lambda's name for what went wrong, such as `Runtime.ExitError`; empty on success.
        runtime_survives: the environment can take another invocation.
        init_ms: time from the start of the process to its first request for work, of a cold start only.
    """

    status: Status
    payload: bytes
    duration_ms: float
    error_type: str = ""
    peak_memory_mb: int | None = None
    init_ms: float | None = None
    runtime_survives: bool = True

    @property
    def billed_ms(self) -> int:
        """
        Duration and init, rounded up to whole milliseconds.

        Lambda bills the init phase of zip packages on managed runtimes since 2025-08-01.
        Source: aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase
        """
        return math.ceil(self.duration_ms + (self.init_ms or 0.0))


def error_payload(error_type: str, message: str) -> bytes:
    """Lambda's error object."""
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


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
