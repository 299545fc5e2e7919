"""Requests a second: API Gateway's token bucket, for an API's routes and for usage plans."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from sparely_toolkit.local.routes import Route
from sparely_toolkit.local.settings import ApiSettings


class TokenBucket:
    """
    Holds `burst` tokens at most and gains `rate` a second; a request takes one.

    Source: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
    """

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self.burst = burst
        self._clock = clock
        self._tokens = float(burst)
        self._filled_at = clock()

    def take(self) -> bool:
        """Take a token; False when there is none."""
        now = self._clock()
        self._tokens = min(float(self.burst), self._tokens + (now - self._filled_at) * self.rate)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class RouteThrottles:
    """A bucket for each route, as the stage's settings say; a route without settings has none."""

    def __init__(self, api: ApiSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = _settings(api)
        self._clock = clock
        self._buckets: dict[str, TokenBucket | None] = {}

    def take(self, route: Route) -> bool:
        """Count a request to a route; False when it is one too many."""
        if route.key not in self._buckets:
            self._buckets[route.key] = self._bucket(route)
        bucket = self._buckets[route.key]
        return bucket is None or bucket.take()

    @property
    def default(self) -> tuple[float, int] | None:
        """Rate and burst of routes without settings of their own."""
        return self._settings.get("*")

    def _bucket(self, route: Route) -> TokenBucket | None:
        limits = self._settings.get(route.key, self._settings.get("*"))
        return TokenBucket(*limits, clock=self._clock) if limits else None


def _settings(api: ApiSettings) -> dict[str, tuple[float, int]]:
    """Give rate and burst by route key, `*` for all others."""
    named = {"*": api.properties.get("DefaultRouteSettings", {}), **api.properties.get("RouteSettings", {})}
    for method in api.properties.get("MethodSettings", []):
        every = method.get("ResourcePath") == "/*" and method.get("HttpMethod") == "*"
        named["*" if every else f"{method.get('HttpMethod')} {method.get('ResourcePath')}"] = method
    return {key: limits for key, value in named.items() if (limits := _limits(value))}


def _limits(settings: Mapping[str, Any]) -> tuple[float, int] | None:
    if settings.get("ThrottlingRateLimit") is None:
        return None
    return float(settings["ThrottlingRateLimit"]), int(settings.get("ThrottlingBurstLimit", 0))
