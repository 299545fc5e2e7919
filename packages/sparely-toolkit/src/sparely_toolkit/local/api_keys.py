"""API keys of a REST API: one key is known here, and its use is counted against what the usage plan grants."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sparely_toolkit.local.faults import Fault, Refusal
from sparely_toolkit.local.request import HttpRequest
from sparely_toolkit.local.routes import Match
from sparely_toolkit.local.throttling import TokenBucket

DEFAULT_KEY = "local"
VARIABLE = "LOCAL_API_KEY"
KEY_ID = "local00key"
_PERIODS = {"DAY": "%Y-%m-%d", "WEEK": "%G-%V", "MONTH": "%Y-%m"}


@dataclass
class UsagePlan:
    """Counts the requests of one key; without limits it only counts."""

    bucket: TokenBucket | None = None
    quota: int | None = None
    period: str = "DAY"
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    used: int = 0
    _since: str = ""

    @classmethod
    def read(cls, properties: Mapping[str, Any], *, clock: Callable[[], float] = time.monotonic) -> "UsagePlan":
        """Read AWS::ApiGateway::UsagePlan."""
        throttle, quota = properties.get("Throttle", {}), properties.get("Quota", {})
        bucket = None
        if throttle.get("RateLimit") is not None:
            bucket = TokenBucket(float(throttle["RateLimit"]), int(throttle.get("BurstLimit", 0)), clock)
        limit = quota.get("Limit")
        return cls(bucket, None if limit is None else int(limit), str(quota.get("Period", "DAY")))

    @property
    def sentence(self) -> str:
        """What is granted, in words."""
        rate = f"{self.bucket.rate:g} a second with bursts of {self.bucket.burst}" if self.bucket else "no rate"
        quota = f"{self.quota} a {self.period.lower()}" if self.quota is not None else "no quota"
        return f"its usage plan grants {rate} and {quota}"

    def use(self) -> None:
        """
        Count one request; the quota's period begins anew at midnight UTC.

        Raises:
            Refusal: the quota is used up, or the rate is too high.
        """
        period = f"{self.now():{_PERIODS[self.period]}}"
        if period != self._since:
            self._since, self.used = period, 0
        if self.quota is not None and self.used >= self.quota:
            raise Refusal(Fault.QUOTA_USED)
        if self.bucket is not None and not self.bucket.take():
            raise Refusal(Fault.TOO_MANY_REQUESTS)
        self.used += 1


def local_key() -> str:
    """Give the key that is accepted here."""
    return os.environ.get(VARIABLE, DEFAULT_KEY)


def curl_header(key: str) -> str:
    """A key as curl takes it."""
    return f"-H 'x-api-key: {key}'"


def curls_option() -> str:
    """The header that is accepted here as curl takes it; a key of one's own is not shown."""
    return f'-H "x-api-key: ${VARIABLE}"' if VARIABLE in os.environ else curl_header(DEFAULT_KEY)


def checker(key: str, plan: UsagePlan) -> Callable[[HttpRequest, Match], Mapping[str, Any]]:
    """
    Make the check of `x-api-key`: a missing and a wrong key get the same answer, 403 Forbidden.

    Source: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
    """

    def check(request: HttpRequest, match: Match) -> Mapping[str, Any]:
        if request.header("x-api-key") != key:
            raise Refusal(Fault.FORBIDDEN, hint=f"the key accepted here goes along as {curls_option()}")
        plan.use()
        return {"identity": {"apiKey": key, "apiKeyId": KEY_ID}}

    return check
