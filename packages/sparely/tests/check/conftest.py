"""A Lambda service whose function is the real handler, in this process, and a clock that tests turn."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import pytest

from sparely.bundle import Bundle, read_bundles
from sparely.check.settings import Settings
from sparely.check.target import Target, patience_ms
from support.lambda_context import Context
from support.sample_service import SERVICE
from support.services import MODELS

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:service-PredictFunction"
NEW, LIVE = f"{FUNCTION}:7", f"{FUNCTION}:live"
RELEASE = "0123456789abcdef0123456789abcdef"

Function = Callable[[Mapping[str, Any]], Any]
Models = tuple[Bundle, ...]


def right(event: Mapping[str, Any]) -> Any:
    """Answer as the service does."""
    return SERVICE(event, Context())


@dataclass
class FakeLambda:
    """The part of boto3's client that the checks use; every call takes `durations_ms[arn]` on its own clock."""

    functions: dict[str, Function] = field(default_factory=lambda: {NEW: right, LIVE: right})
    durations_ms: dict[str, float] = field(default_factory=lambda: {NEW: 20.0, LIVE: 20.0})
    configurations: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            FUNCTION: {"Version": "$LATEST", "CodeSha256": "aaa=", "Description": f"Answers. {RELEASE}"},
            NEW: {"Version": "7", "CodeSha256": "aaa=", "Description": f"Answers. {RELEASE}", "Timeout": 15},
            LIVE: {"Version": "6", "CodeSha256": "bbb=", "Description": "Answers. before"},
        }
    )
    now: float = 0.0
    chosen: Iterator[str] = field(default_factory=lambda: repeat("6"))
    """The versions that the alias chooses."""
    sent: list[dict[str, Any]] = field(default_factory=list)
    """Events that nobody waits for."""

    def invoke(self, *, FunctionName: str, Payload: bytes, InvocationType: str = "RequestResponse") -> dict[str, Any]:
        if InvocationType == "Event":
            self.sent.append({"FunctionName": FunctionName, **json.loads(Payload)})
            return {"StatusCode": 202}
        self.now += self.durations_ms[FunctionName] / 1000
        try:
            result = self.functions[FunctionName](json.loads(Payload))
        except RuntimeError as error:
            fault = {"errorType": "RuntimeError", "errorMessage": str(error)}
            version = next(self.chosen) if FunctionName == LIVE else FunctionName.rpartition(":")[2]
            body = io.BytesIO(json.dumps(fault).encode())
            return {"FunctionError": "Unhandled", "Payload": body, "ExecutedVersion": version}
        version = next(self.chosen) if FunctionName == LIVE else FunctionName.rpartition(":")[2]
        return {"Payload": io.BytesIO(json.dumps(result).encode()), "ExecutedVersion": version}

    def get_function_configuration(self, *, FunctionName: str) -> dict[str, Any]:
        return self.configurations[FunctionName]

    def target(self, arn: str, remaining_ms: int = 300_000) -> Target:
        return Target(self, arn, lambda: remaining_ms, clock=lambda: self.now)

    def way(self, *, lasts_s: float, timeout_s: float) -> Callable[[str], Target]:
        """
        To any version, out of a function that has so much time from now on.

        Args:
            timeout_s: of the function that is asked.
        """

        def remaining_ms() -> float:
            return (lasts_s - self.now) * 1000

        patience = patience_ms(timeout_s, remaining_ms())
        return lambda arn: Target(self, arn, remaining_ms, patience_ms=patience, clock=lambda: self.now)


@pytest.fixture
def aws() -> FakeLambda:
    return FakeLambda()


@pytest.fixture(scope="session")
def models() -> tuple[Bundle, ...]:
    """The sample models."""
    return read_bundles(MODELS)


@pytest.fixture
def settings() -> Settings:
    return Settings(
        new_version=NEW,
        alias=LIVE,
        release_id=RELEASE,
        payload="2.0",
        calls=8,
        slower_at_most=1.5,
        latency_limit_ms=1000.0,
        topic="arn:aws:sns:us-east-1:123456789012:operations",
    )


def changed(model: Bundle, **members: Any) -> Bundle:
    """A copy of a model with other expectations; other predictions are the bare model's too, as without steps."""
    if "predictions" in members:
        members.setdefault("bare", members["predictions"])
    return model._replace(**members)
