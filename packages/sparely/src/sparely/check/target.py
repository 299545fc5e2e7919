"""A version or an alias of the function, asked through Lambda's API."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

RESERVE_MS = 30_000
"""What is left for the report when the checks run out of time."""
MORE_THAN_TIMEOUT_MS = 15_000
"""What a call may take beyond the function's own timeout: the init of an environment and the way there and back."""
WAITS_S = (1.0, 3.0)
"""Before Lambda is asked again that was too busy."""
TOO_BUSY = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the HTTP answer, or `fault` where there was none; `version` is the one that an alias chose."""

    duration_ms: float
    status: int = 0
    document: Any = None
    fault: str = ""
    version: str = ""

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


def patience_ms(timeout_s: float, remaining_ms: float) -> float:
    """
    How long one call is waited for: as long as Lambda lets it run, and at most half of the time that is left for all.

    Args:
        timeout_s: the asked function's own timeout.
        remaining_ms: how long the caller may still run.
    """
    return min(timeout_s * 1000 + MORE_THAN_TIMEOUT_MS, (remaining_ms - RESERVE_MS) / 2)


class Target:
    """
    Calls one version or alias.

    Args:
        client: boto3's Lambda client, which waits for an answer as long as `patience_ms` and asks once.
        remaining_ms: how long the caller may still run.
        patience_ms: how long one call may take.
        clock: seconds since any moment.
        wait: sleeps for some seconds.
    """

    def __init__(
        self,
        client: Any,
        arn: str,
        remaining_ms: Callable[[], float],
        *,
        patience_ms: float = 0.0,
        clock: Callable[[], float] = time.perf_counter,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.arn = arn
        self._client = client
        self._remaining_ms = remaining_ms
        self._patience_ms = patience_ms
        self._clock = clock
        self._wait = wait

    def spare_ms(self) -> float:
        """How long calls may still be begun: the last one, however long it is, leaves the time for a report."""
        return self._remaining_ms() - RESERVE_MS - self._patience_ms

    def ask(self, event: Mapping[str, Any]) -> Reply:
        """
        Invoke with one API Gateway event and wait for the answer.

        Raises:
            OutOfTime: too little time is left for it.
        """
        if self.spare_ms() < 0:
            raise OutOfTime
        return self._ask(json.dumps(event).encode())

    def at(self, arn: str) -> "Target":
        """The same way to another version, alias or the unpublished function."""
        return Target(
            self._client,
            arn,
            self._remaining_ms,
            patience_ms=self._patience_ms,
            clock=self._clock,
            wait=self._wait,
        )

    def configuration(self) -> Mapping[str, Any]:
        """`Version`, `CodeSha256`, `Description` and so on."""
        configuration: Mapping[str, Any] = self._client.get_function_configuration(FunctionName=self.arn)
        return configuration

    def _ask(self, payload: bytes) -> Reply:
        from botocore.exceptions import ClientError, ReadTimeoutError  # the runtime's own; only who asks needs them

        for wait_s in (*WAITS_S, None):
            started = self._clock()
            try:
                answer = self._client.invoke(FunctionName=self.arn, Payload=payload)
            except ReadTimeoutError:
                return Reply(self._since_ms(started), fault=f"no answer within {self._patience_ms / 1000:g} s")
            except ClientError as error:
                if wait_s is None or error.response["ResponseMetadata"].get("HTTPStatusCode") not in TOO_BUSY:
                    raise
                self._wait(wait_s)
                continue
            body = answer["Payload"].read()
            duration_ms = self._since_ms(started)
            return _reply(body, answer.get("FunctionError"), answer.get("ExecutedVersion", ""), duration_ms)
        raise AssertionError  # the last of the waits returns or raises

    def _since_ms(self, started: float) -> float:
        return (self._clock() - started) * 1000


def _reply(body: bytes, function_error: str | None, version: str, duration_ms: float) -> Reply:
    try:
        answer = json.loads(body)
        if function_error:
            fault = f"the function failed: {str(answer.get('errorMessage'))[:200]}"
            return Reply(duration_ms, fault=fault, version=version)
        document = json.loads(answer["body"])
        return Reply(duration_ms, status=int(answer["statusCode"]), document=document, version=version)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = f"the function's answer cannot be read: {type(error).__name__}"
        return Reply(duration_ms, fault=fault, version=version)
