"""What the template asks for and this machine does not do: named when the service starts."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from local.template import Deployment

_AUTHORIZATION = {
    "awsSigv4": "AWS_IAM authorization (SigV4 signatures are not checked)",
    "x-api-key": "API keys and the usage plan",
}
_API_PROPERTIES = {
    "Auth": "Auth of the API",
    "CorsConfiguration": "CORS",
    "Cors": "CORS",
    "DefaultRouteSettings": "throttling of the API's routes",
    "MethodSettings": "throttling of the API's methods",
    "BinaryMediaTypes": "BinaryMediaTypes",
    "GatewayResponses": "GatewayResponses",
    "StageVariables": "StageVariables",
}
_FUNCTION_PROPERTIES = {
    "Layers": "Layers",
    "SnapStart": "SnapStart",
    "ProvisionedConcurrencyConfig": "provisioned concurrency",
    "VpcConfig": "the VPC",
    "EphemeralStorage": "the size of /tmp",
    "FileSystemConfigs": "file systems",
}


def notices(deployment: Deployment) -> tuple[str, ...]:
    """List sentences to print: how memory is limited, and what is not emulated."""
    memory = (
        "Memory: watched every 50 ms and at each answer; an environment above MemorySize is killed."
        if sys.platform == "linux"
        else "Memory: neither measured nor limited on this system."
    )
    missing = list(dict.fromkeys(_missing(deployment)))
    return (memory, f"Not emulated: {', '.join(missing)}.") if missing else (memory,)


def _missing(deployment: Deployment) -> Iterator[str]:
    yield from _authorization(deployment.api.body)
    if "x-amazon-apigateway-request-validators" in deployment.api.body:
        yield "request validation in the gateway"
    yield from _named(deployment.api.properties, _API_PROPERTIES)
    yield from _named(deployment.function.properties, _FUNCTION_PROPERTIES)


def _authorization(body: Mapping[str, Any]) -> Iterator[str]:
    for scheme in body.get("components", {}).get("securitySchemes", {}).values():
        kind = scheme.get("x-amazon-apigateway-authtype", scheme.get("name", ""))
        if "x-amazon-apigateway-authorizer" in scheme:
            yield f"the {scheme['x-amazon-apigateway-authorizer'].get('type', '')} authorizer"
        elif kind in _AUTHORIZATION:
            yield _AUTHORIZATION[kind]


def _named(properties: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    return (text for name, text in names.items() if properties.get(name))
