"""A template's REST API, read once: its body with intrinsics resolved, and its own answers to what it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.intrinsics import Resolver

ACCOUNT = "123456789012"


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """What the gateway answers itself; a body without logic, only `$context`."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class RestApi:
    """The stack's name, the OpenAPI body and the gateway responses by type."""

    stack_name: str
    body: Mapping[str, Any]
    responses: Mapping[str, GatewayResponse]


def read(template: Path, *, stack_name: str, parameters: Mapping[str, str] | None = None) -> RestApi:
    """Read the one `AWS::Serverless::Api` of a template, its parameters at their defaults unless given."""
    document = intrinsics.load(template.read_text(encoding="utf-8"))
    defaults = {name: each["Default"] for name, each in document["Parameters"].items() if "Default" in each}
    pseudo = {
        "AWS::StackName": stack_name,
        "AWS::Region": "us-east-1",
        "AWS::AccountId": ACCOUNT,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
    }
    resolver = Resolver(
        parameters={**defaults, **(parameters or {}), **pseudo},
        conditions=document.get("Conditions", {}),
        resources=frozenset(document["Resources"]),
    )
    (api,) = (each for each in document["Resources"].values() if each["Type"] == "AWS::Serverless::Api")
    properties = resolver.value(api["Properties"])
    responses = {name: _response(each) for name, each in properties.get("GatewayResponses", {}).items()}
    return RestApi(stack_name, properties["DefinitionBody"], responses)


def _response(document: Mapping[str, Any]) -> GatewayResponse:
    return GatewayResponse(
        status=int(document["StatusCode"]),
        headers=document.get("ResponseParameters", {}).get("Headers", {}),
        body=document["ResponseTemplates"]["application/json"],
    )
