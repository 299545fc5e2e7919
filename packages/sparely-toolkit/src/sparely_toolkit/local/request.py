"""An HTTP request as it reached the gateway: the one value that events are made of."""

import base64
import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class HttpRequest:
    """
    One request; headers in the order and the case in which the client sent them.

    Attributes:
        target: path and query without the stage.
        sent_target: with the stage, where there was one.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    protocol: str
    port: int
    request_id: str
    extended_request_id: str
    trace_id: str
    time: datetime
    sent_target: str = ""

    @property
    def full_target(self) -> str:
        """The target as the client sent it, and signed it."""
        return self.sent_target or self.target

    @property
    def raw_path(self) -> str:
        """The target up to the query, percent-encoded as it came."""
        return self.target.partition("?")[0]

    @property
    def raw_query(self) -> str:
        """The query without its question mark, as it came."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """Give the first value of a header; `name` in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)


def now() -> datetime:
    """The time that events carry."""
    return datetime.now(UTC)


def new_request_id() -> str:
    """A Lambda or REST API request id."""
    return str(uuid.uuid4())


def new_extended_request_id() -> str:
    """An HTTP API request id, REST's extended one: eleven bytes in base64, such as `JKJaXmPLvHcESHA=`."""
    return base64.b64encode(os.urandom(11)).decode()


def new_trace_id(time: datetime) -> str:
    """An X-Ray trace header of a request that is not sampled."""
    return f"Root=1-{int(time.timestamp()):08x}-{os.urandom(12).hex()}"
