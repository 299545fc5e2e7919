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
    opened: list[str] = []  # noqa: RUF012 of those that open when asked: which have been, until that is told

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
        models = next((models for models in self.models.values() if name in models), None)
        if models is None:
            raise UnknownModel(name, [model for models in self.models.values() for model in models])
        found = models[name]
        known = found.manifests[0].version
        version = parameters.get("version", known)
        if version != known:
            raise UnknownVersion(name, version, known)
        return found

    @property
    def most_columns(self) -> int:
        """How many values an instance has at most."""
        return max((_columns(group) for group in self.areas.values()), default=0)

    def version(self, area: str, model: str) -> str:
        """The version of a model that there is."""
        return self.models[area][model].manifests[0].version

    def document(self, area: str, model: str) -> Mapping[str, Any]:
        """What the manifest of a model says that there is."""
        return self.models[area][model].manifests[0].document


def _columns(group: ModelGroup) -> int:
    return len({feature.name for manifest in group.manifests for feature in manifest.features})


def versions_of(manifests: Iterable[Manifest]) -> str:
    """The header that tells which models answered, such as `churn=b8f13997e954`."""
    return ", ".join(f"{manifest.name}={manifest.version}" for manifest in manifests)
