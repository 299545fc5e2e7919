"""Models by what a path names: an area, an area and a model, or a model alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from sparely.handler.errors import UnknownArea, UnknownModel, UnknownVersion
from sparely.manifest import Manifest

Parameters = Mapping[str, str]


class ModelGroup(Protocol):
    """One or more models of an area; `versions` is the header that tells which ones answered."""

    @property
    def manifests(self) -> Sequence[Manifest]: ...
    @property
    def versions(self) -> str: ...


GroupType = TypeVar("GroupType", bound=ModelGroup)


class Lookup(NamedTuple, Generic[GroupType]):
    """Whatever answers for models, by area, and by area and model, in order of name."""

    areas: Mapping[str, GroupType]
    models: Mapping[str, Mapping[str, GroupType]]

    def area(self, parameters: Parameters) -> GroupType:
        """The models of the area that a route names."""
        area = parameters["area"]
        if area not in self.areas:
            raise UnknownArea(area, self.areas)
        return self.areas[area]

    def model(self, parameters: Parameters) -> GroupType:
        """The one model that a route names with its area."""
        area, name = parameters["area"], parameters["model"]
        in_area = self.models.get(area, {})
        if name not in in_area:
            known = [f"{each}/{model}" for each, models in self.models.items() for model in models]
            raise UnknownModel(f"{area}/{name}", known)
        return in_area[name]

    def named(self, parameters: Parameters) -> GroupType:
        """The one model that a route names alone, since names are unique in a service, or with its version."""
        name = parameters["model"]
        by_name = {model: each for models in self.models.values() for model, each in models.items()}
        if name not in by_name:
            raise UnknownModel(name, by_name)
        known = by_name[name].manifests[0].version
        version = parameters.get("version", known)
        if version != known:
            raise UnknownVersion(name, version, known)
        return by_name[name]

    def catalogue(self) -> dict[str, Any]:
        """Areas and models with what their manifests say."""
        return {
            "areas": [
                {"name": area, "models": [manifest.document for manifest in group.manifests]}
                for area, group in self.areas.items()
            ]
        }


def versions_of(manifests: Iterable[Manifest]) -> str:
    """The header that tells which models answered, such as `churn=b8f13997e954`."""
    return ", ".join(f"{manifest.name}={manifest.version}" for manifest in manifests)
