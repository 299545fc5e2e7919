"""A version or an alias of the function, asked through Lambda's API."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

# What is left for the report when the checks run out of time.
RESERVE_MS = 30_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the HTTP answer, or `fault` where there was none."""

    duration_ms: float
    status: int = 0
    document: Any = None
    fault: str = ""

    @property
    def problem(self) -> str:
        """One sentence on what is wrong with it; empty when it is an answer of status 200."""
        if self.fault:
            return self.fault
        if self.status != 200:
            detail = self.document.get("detail", "") if isinstance(self.document, Mapping) else ""
            return f"status {self.status}: {str(detail)[:200]}"
        return ""


class OutOfTime(Exception):
    """The checks would outlast the function that runs them."""

    def __init__(self) -> None:
        super().__init__("The checks ran out of time.")


class Target:
    """
    Calls one version or alias.

    Args:
        client: boto3's Lambda client.
        remaining_ms: how long the caller may still run.
        clock: seconds since any moment.
    """

    def __init__(
        self, client: Any, arn: str, remaining_ms: Callable[[], int], *, clock: Callable[[], float] = perf_counter
    ) -> None:
        self.arn = arn
        self._client = client
        self._remaining_ms = remaining_ms
        self._clock = clock

    def ask(self, event: Mapping[str, Any]) -> Reply:
        """
        Invoke with one API Gateway event and wait for the answer.

        Raises:
            OutOfTime: too little time is left for it.
        """
        if self._remaining_ms() < RESERVE_MS:
            raise OutOfTime
        payload = json.dumps(event).encode()
        started = self._clock()
        answer = self._client.invoke(FunctionName=self.arn, Payload=payload)
        body = answer["Payload"].read()
        return _reply(body, answer.get("FunctionError"), (self._clock() - started) * 1000)

    def at(self, arn: str) -> "Target":
        """The same way to another version, alias or the unpublished function."""
        return Target(self._client, arn, self._remaining_ms, clock=self._clock)

    def configuration(self) -> Mapping[str, Any]:
        """`Version`, `CodeSha256`, `Description` and so on."""
        configuration: Mapping[str, Any] = self._client.get_function_configuration(FunctionName=self.arn)
        return configuration


def _reply(body: bytes, function_error: str | None, duration_ms: float) -> Reply:
    try:
        answer = json.loads(body)
        if function_error:
            return Reply(duration_ms, fault=f"the function failed: {str(answer.get('errorMessage'))[:200]}")
        return Reply(duration_ms, status=int(answer["statusCode"]), document=json.loads(answer["body"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return Reply(duration_ms, fault=f"the function's answer cannot be read: {type(error).__name__}")
