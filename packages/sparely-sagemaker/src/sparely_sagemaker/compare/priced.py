"""What decides the bills of one service: its gateway, its processor, and the instances of its endpoints."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sparely_sagemaker.add_on import AddOn, Architecture
from sparely_sagemaker.instances import X86_64, default_of
from sparely_toolkit.loadtest.cost import lambda_cost
from sparely_toolkit.local.settings import ApiKind
from sparely_toolkit.local.template import read_built

OTHER_GATEWAYS: Mapping[ApiKind, str] = {
    "rest": "priced with its own gateway, a REST API",
    "url": "priced with its function URL, for which no gateway is paid",
}
"""Of a service without an HTTP API, what its line of the bill is for."""


@dataclass(frozen=True, slots=True)
class Priced:
    """
    The default service's, where nothing else is said.

    Attributes:
        gateway: of the service; the thin function always has an HTTP API, the mapping templates a REST API.
        architecture: of the service's function and of the thin one.
        thin_instance, direct_instance: of the endpoint behind the thin function, and behind mapping templates.
    """

    gateway: ApiKind = "http"
    architecture: lambda_cost.Architecture = "x86_64"
    thin_instance: str = X86_64
    direct_instance: str = X86_64

    @classmethod
    def of(cls, add_on: AddOn) -> "Priced":
        """
        Read them from the service's built template, as its plan does, and from those of the add-on.

        Raises:
            Problem: one of the templates cannot be read.
        """
        deployment = read_built(add_on.project)
        return cls(
            gateway=deployment.api.kind,
            architecture="arm64" if deployment.function.architecture == "arm64" else "x86_64",
            thin_instance=default_of(add_on.template(Architecture.MULTI_MODEL)),
            direct_instance=default_of(add_on.template(Architecture.DIRECT)),
        )

    @classmethod
    def read(cls, results: Mapping[str, Any]) -> "Priced":
        """As the results of a comparison have them."""
        return cls(**results["priced"])

    def document(self) -> dict[str, str]:
        """As the results of a comparison keep them."""
        return asdict(self)

    @property
    def instances(self) -> tuple[str, ...]:
        """The instance types of both endpoints, each once."""
        return tuple(dict.fromkeys((self.thin_instance, self.direct_instance)))

    @property
    def note(self) -> str:
        """What is other than in the default service's bill, as sentences; nothing where nothing is."""
        gateway = OTHER_GATEWAYS.get(self.gateway)
        sentences = [f"Inference inside Lambda is {gateway}."] if gateway else []
        sentences += [f"Functions are priced as {self.architecture}."] if self.architecture != "x86_64" else []
        return " ".join(sentences)
