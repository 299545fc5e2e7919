"""What the template asks for and this machine does not do: named when the service starts."""

from collections.abc import Iterator, Mapping
from typing import Any

from sparely_toolkit.local.settings import Deployment

_API_PROPERTIES = {
    "Auth": "Auth of the API",
    "BinaryMediaTypes": "BinaryMediaTypes",
    "GatewayResponses": "GatewayResponses",
    "StageVariables": "StageVariables",
}
_FUNCTION_PROPERTIES = {
    "Layers": "Layers",
    "VpcConfig": "the VPC",
    "EphemeralStorage": "the size of /tmp",
    "FileSystemConfigs": "file systems",
}


def notices(deployment: Deployment, unthrottled: tuple[float, int] | None = None) -> tuple[str, ...]:
    """
    List sentences to print.

    Args:
        unthrottled: rate and burst of the routes that nobody keeps.
    """
    sentences = []
    if unthrottled:
        rate, burst = unthrottled
        sentences.append(
            f"Not kept: {rate:g} requests a second on a route with bursts of {burst}; --enforce-throttling keeps them."
        )
    missing = list(dict.fromkeys(_missing(deployment)))
    return (*sentences, f"Not emulated: {', '.join(missing)}.") if missing else tuple(sentences)


def _missing(deployment: Deployment) -> Iterator[str]:
    yield from _named(deployment.api.properties, _API_PROPERTIES)
    yield from _named(deployment.function.properties, _FUNCTION_PROPERTIES)
    if deployment.function.properties.get("SnapStart", {}).get("ApplyOn", "None") != "None":
        yield "SnapStart"
    if deployment.function.properties.get("ProvisionedConcurrencyConfig"):
        yield "provisioned concurrency"


def _named(properties: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    return (text for name, text in names.items() if properties.get(name))
