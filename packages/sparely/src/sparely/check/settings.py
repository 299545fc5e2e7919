"""What template.yaml tells the checks, by environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What is checked and how strictly.

    Attributes:
        new_version: ARN of the version that this deployment brings.
        alias: ARN of the alias that callers reach; before traffic moves it is the version now live.
        release_id: digest that the version must carry; empty where the deployment gave none.
        payload: "1.0" behind a REST API, "2.0" behind an HTTP API, "url" behind a function URL.
        calls: how often each version is called for its latency.
        slower_at_most: how many times the live version's p95 the new one's may be.
        latency_limit_ms: what p95 must stay below in any case.
        topic: ARN of the topic that is told of a failed check.
        asks_while_shifting: whether golden rows are asked through the alias while traffic moves.
    """

    new_version: str
    alias: str
    release_id: str
    payload: str
    calls: int
    slower_at_most: float
    latency_limit_ms: float
    topic: str
    asks_while_shifting: bool = False

    @property
    def function(self) -> str:
        """The function's ARN without a version: what was deployed last."""
        return self.alias.rpartition(":")[0]

    @property
    def version(self) -> str:
        """The new version's number."""
        return self.new_version.rpartition(":")[2]


def read_settings(variables: Mapping[str, str]) -> Settings:
    """
    Read the variables that template.yaml sets.

    Raises:
        KeyError: a variable is missing.
    """
    return Settings(
        new_version=variables["NEW_VERSION"],
        alias=variables["ALIAS"],
        release_id=variables["RELEASE_ID"],
        payload=variables["PAYLOAD"],
        calls=int(variables["CALLS"]),
        slower_at_most=float(variables["SLOWER_AT_MOST"]),
        latency_limit_ms=float(variables["LATENCY_LIMIT_MS"]),
        topic=variables["TOPIC"],
        # A template of before has none.
        asks_while_shifting=variables.get("WHILE_SHIFTING") == "on",
    )
