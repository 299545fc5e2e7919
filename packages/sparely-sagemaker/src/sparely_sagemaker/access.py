"""Who may call: nobody is checked on this machine, and what AWS checks says the template."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.template import API_TYPES


def sentence(template: Path) -> str:
    """What `sparely sagemaker run` says of it, in one line, as `sparely run` does."""
    asked = " or ".join(map(_what, _schemes(template).values())) or "nothing"
    return f"Access: no caller is checked here; on AWS {template.name} asks each for {asked}."


def _schemes(template: Path) -> Mapping[str, Mapping[str, Any]]:
    """The security schemes of the template's API."""
    for resource in intrinsics.read(template)["Resources"].values():
        if resource.get("Type") in API_TYPES:
            body = resource.get("Properties", {}).get("DefinitionBody", {})
            return dict(body.get("components", {}).get("securitySchemes", {}))
    return {}


def _what(scheme: Mapping[str, Any]) -> str:
    if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4":
        return "a SigV4 signature"
    if "x-amazon-apigateway-authorizer" in scheme:
        return "what its own authorizer wants"
    return f"the header {scheme.get('name', 'authorization')}"
