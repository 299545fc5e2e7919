"""Which models the endpoint has, from the manifests that are packed with this function; no model is opened here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handler.errors import UnknownArea, UnknownModel, UnknownVersion
from handler.manifest import Manifest, parse_manifest

Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The models that a route asks, all of one area."""

    area: str
    manifests: tuple[Manifest, ...]

    @property
    def versions(self) -> str:
        """The header that tells which ones answered."""
        return ", ".join(f"{manifest.name}={manifest.version}" for manifest in self.manifests)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Manifests by area, in order of name."""

    areas: Mapping[str, tuple[Manifest, ...]]

    def area(self, parameters: Parameters) -> Asked:
        """The models of the area that a route names."""
        area = parameters["area"]
        if area not in self.areas:
            raise UnknownArea(area, self.areas)
        return Asked(area, self.areas[area])

    def model(self, parameters: Parameters) -> Asked:
        """The one model that a route names with its area."""
        area, name = parameters["area"], parameters["model"]
        for manifest in self.areas.get(area, ()):
            if manifest.name == name:
                return Asked(area, (manifest,))
        raise UnknownModel(f"{area}/{name}", [f"{each.area}/{each.name}" for each in self._all()])

    def named(self, parameters: Parameters) -> Asked:
        """The one model that a route names alone, or with its version."""
        name = parameters["model"]
        found = {manifest.name: manifest for manifest in self._all()}
        if name not in found:
            raise UnknownModel(name, found)
        manifest = found[name]
        version = parameters.get("version", manifest.version)
        if version != manifest.version:
            raise UnknownVersion(name, version, manifest.version)
        return Asked(manifest.area, (manifest,))

    def document(self) -> dict[str, Any]:
        """`GET /models`."""
        return {
            "areas": [
                {"name": area, "models": [manifest.document for manifest in manifests]}
                for area, manifests in self.areas.items()
            ]
        }

    def _all(self) -> list[Manifest]:
        return [manifest for manifests in self.areas.values() for manifest in manifests]


def read_catalogue(root: str) -> Catalogue:
    """Read every manifest under `root`/<area>/<model>."""
    areas: dict[str, tuple[Manifest, ...]] = {}
    for area in _folders(root):
        folder = os.path.join(root, area)
        areas[area] = tuple(_read(os.path.join(folder, name, "manifest.json")) for name in _folders(folder))
    return Catalogue(areas)


def _read(path: str) -> Manifest:
    with open(path, "rb") as file:
        return parse_manifest(file.read())


def _folders(root: str) -> list[str]:
    return sorted(entry.name for entry in os.scandir(root) if entry.is_dir() and entry.name[0] not in "._")
