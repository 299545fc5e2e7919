"""What is served, as the template describes it: the function, the API in front of it, and both together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

ACCOUNT = "123456789012"
ApiKind = Literal["http", "rest", "url"]
SIGNED_FOR = "x-sparely-signed-for"
"""Says in a body that is made here which service's signatures are asked for, where it is not an API Gateway's."""


@dataclass(frozen=True)
class FunctionSettings:
    """One function as the template describes it; Lambda's own defaults where it is silent."""

    logical_id: str
    name: str
    artifact: Path
    handler: str
    runtime: str
    architecture: str
    memory_mb: int
    timeout_s: float
    variables: Mapping[str, str]
    reserved_concurrency: int | None
    logging: Mapping[str, str]
    region: str
    properties: Mapping[str, Any]

    @property
    def arn(self) -> str:
        """The unqualified ARN."""
        return f"arn:aws:lambda:{self.region}:{ACCOUNT}:function:{self.name}"


@dataclass(frozen=True)
class ApiSettings:
    """One API with its OpenAPI body; `kind` decides the faults' statuses and bodies. A URL's body is made here."""

    logical_id: str
    kind: ApiKind
    stage: str
    body: Mapping[str, Any]
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Deployment:
    """The function and the API in front of it."""

    stack_name: str
    function: FunctionSettings
    api: ApiSettings
    parameters: Mapping[str, str] = field(default_factory=dict)
    usage_plan: Mapping[str, Any] = field(default_factory=dict)
