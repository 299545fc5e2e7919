"""Which models the endpoint has, from the manifests that are packed with this function; no model is opened here."""

import os
from dataclasses import dataclass

from sparely.handler.lookup import Lookup
from sparely.manifest import Manifest, parse_manifest


@dataclass(frozen=True, slots=True)
class Asked:
    """The models that a route asks, all of one area."""

    area: str
    manifests: tuple[Manifest, ...]

    @property
    def versions(self) -> str:
        """The header that tells which ones answered."""
        return ", ".join(f"{manifest.name}={manifest.version}" for manifest in self.manifests)


Catalogue = Lookup[Asked]


def read_catalogue(root: str) -> Catalogue:
    """Read every manifest under `root`/<area>/<model>."""
    areas: dict[str, Asked] = {}
    for area in _folders(root):
        folder = os.path.join(root, area)
        areas[area] = Asked(area, tuple(_read(os.path.join(folder, name)) for name in _folders(folder)))
    models = {area: {each.name: Asked(area, (each,)) for each in asked.manifests} for area, asked in areas.items()}
    return Lookup(areas, models)


def _read(folder: str) -> Manifest:
    with open(os.path.join(folder, "manifest.json"), "rb") as file:
        return parse_manifest(file.read())


def _folders(root: str) -> list[str]:
    return sorted(entry.name for entry in os.scandir(root) if entry.is_dir() and entry.name[0] not in "._")
