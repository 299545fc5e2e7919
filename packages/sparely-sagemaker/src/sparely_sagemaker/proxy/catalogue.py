"""Which models the endpoint has, from the manifests that are packed with this function; no model is opened here."""

from typing import NamedTuple

from sparely.bundle import model_folders, read_manifest
from sparely.handler.lookup import Lookup, versions_of
from sparely.manifest import Manifest


class Selection(NamedTuple):
    """The models that a route asks, all of one area."""

    manifests: tuple[Manifest, ...]

    @property
    def area(self) -> str:
        return self.manifests[0].area

    @property
    def versions(self) -> str:
        return versions_of(self.manifests)


Catalogue = Lookup[Selection]


def read_catalogue(root: str) -> Catalogue:
    """
    Read every manifest under `root`/<area>/<model>.

    Raises:
        ModelLoadError: one is missing, does not have its shape or lies in another folder than it describes.
    """
    areas: dict[str, list[Manifest]] = {}
    for manifest in map(read_manifest, model_folders(root)):
        areas.setdefault(manifest.area, []).append(manifest)
    return Lookup(
        areas={area: Selection(tuple(manifests)) for area, manifests in areas.items()},
        models={area: {each.name: Selection((each,)) for each in manifests} for area, manifests in areas.items()},
    )
