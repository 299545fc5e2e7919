"""An alias in front of versions: weighted routing, changeable while it runs."""

import random
from collections.abc import Callable, Mapping
from typing import Protocol

from sparely_toolkit.local.invocation import Outcome


class Version(Protocol):
    """What an alias points to: a pool of environments of one artifact."""

    async def invoke(self, event: bytes, *, invoked_arn: str, trace_id: str) -> Outcome:
        """Run one event to its end, or raise Throttled."""


class WrongWeights(ValueError):
    """Weights that no alias can have."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        super().__init__(f"Weights are between 0 and 1 and add up to 1; got {dict(weights)}.")


class Alias:
    """
    Sends each invocation to one version, chosen at random by weight, as Lambda's RoutingConfig does.

    Source: docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html

    Args:
        chance: gives numbers from 0 up to 1; a test passes its own.
    """

    def __init__(self, version: str, pool: Version, *, chance: Callable[[], float] = random.random) -> None:
        self.versions: dict[str, Version] = {version: pool}
        self.weights: Mapping[str, float] = {version: 1.0}
        self._chance = chance

    def add(self, version: str, pool: Version) -> None:
        """Make a version known; it gets no traffic yet."""
        self.versions[version] = pool

    def remove(self, version: str) -> None:
        """Forget a version that has no traffic."""
        del self.versions[version]
        self.weights = {name: share for name, share in self.weights.items() if name != version}

    def route(self, weights: Mapping[str, float]) -> None:
        """
        Route from now on by these weights; what runs already is not touched.

        Raises:
            WrongWeights: they do not add up to 1.
            KeyError: a version is not known.
        """
        if abs(sum(weights.values()) - 1.0) > 1e-9 or any(not 0 <= share <= 1 for share in weights.values()):
            raise WrongWeights(weights)
        for version in weights:
            self.versions[version]
        self.weights = dict(weights)

    def choose(self) -> str:
        """Pick the version of the next invocation."""
        point = self._chance()
        chosen = ""
        for version, share in self.weights.items():
            if share > 0:
                chosen = version
                if point < share:
                    break
                point -= share
        return chosen

    async def invoke(self, event: bytes, *, invoked_arn: str, trace_id: str) -> Outcome:
        """Run one event on the version that chance picks."""
        pool = self.versions[self.choose()]
        return await pool.invoke(event, invoked_arn=invoked_arn, trace_id=trace_id)
