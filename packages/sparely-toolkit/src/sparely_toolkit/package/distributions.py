"""What others wrote of what ships: a distribution, its licence and its files, as its wheel's metadata says."""

from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import Distribution as Installed
from importlib.metadata import PackageMetadata
from importlib.util import source_from_cache
from pathlib import Path
from urllib.parse import urlsplit

UNKNOWN = "not said"
LONGEST_LICENCE = 100  # characters; older metadata holds the whole text where a name is expected


@dataclass(frozen=True, slots=True)
class Distribution:
    """
    `licence` as its authors declare it; `files` are those that ship, relative to the artifact, in order.

    `published` says whether a registry has it: what comes out of a service's vendor/ is found nowhere else.
    """

    name: str
    version: str
    licence: str
    homepage: str | None
    files: tuple[str, ...]
    published: bool = True

    @property
    def texts(self) -> tuple[str, ...]:
        """Where its licences and notices lie in the artifact."""
        return tuple(file for file in self.files if file.startswith("licenses/"))


def vendored_names(vendor: Path) -> frozenset[str]:
    """The distributions whose wheels lie in a folder, by the names that wheels have: `sparely_export`."""
    return frozenset(wheel.name.partition("-")[0] for wheel in vendor.glob("*.whl"))


def shipped_distributions(
    artifact: Path, requirements: Path, engine: Path, vendored: Collection[str] = ()
) -> list[Distribution]:
    """
    Read what of two installed trees is in the artifact, in the order of names.

    Args:
        requirements: where requirements/lambda.txt is installed; its files keep their places.
        engine: where the engine's wheel is installed; its library lies in the artifact's lib/.
        vendored: which of them come out of vendor/.
    """
    names = [each.relative_to(artifact).as_posix() for each in sorted(artifact.rglob("*")) if each.is_file()]
    shipped = []
    for tree in (requirements, engine):
        for information in sorted(tree.glob("*.dist-info")):
            installed = Installed.at(information)
            own = {file.as_posix() for file in installed.files or ()}
            name = information.name.partition("-")[0]
            licences = f"licenses/{name}/"
            places = (licences, "lib/") if tree == engine else (licences,)
            files = tuple(file for file in names if file.startswith(places) or source_of(file) in own)
            shipped.append(_distribution(installed, files, published=name not in vendored))
    return sorted(shipped, key=lambda each: each.name)


def source_of(name: str) -> str:
    """The module that a file of bytecode was compiled from; any other file is its own source."""
    if not name.endswith(".pyc"):
        return name
    return Path(source_from_cache(name)).as_posix()


def declared_licence(metadata: PackageMetadata) -> str:
    """
    The licence in its authors' words: an SPDX expression where there is one.

    Source: License-Expression, License and Classifier of https://packaging.python.org/en/latest/specifications/core-metadata/,
    read 2026-11-22.
    """
    for field in ("License-Expression", "License"):
        value = metadata.get(field, "").strip()
        if value and "\n" not in value and len(value) <= LONGEST_LICENCE:
            return value
    classifiers = [each for each in metadata.get_all("Classifier", []) if each.startswith("License ::")]
    return ", ".join(each.rpartition(" :: ")[2] for each in classifiers) or UNKNOWN


def _distribution(installed: Installed, files: tuple[str, ...], *, published: bool) -> Distribution:
    metadata = installed.metadata
    licence, homepage = declared_licence(metadata), _homepage(metadata)
    return Distribution(metadata["Name"], installed.version, licence, homepage, files, published)


def _homepage(metadata: PackageMetadata) -> str | None:
    """The address of the source or else of the project."""
    labelled = (each.partition(", ") for each in metadata.get_all("Project-URL", []))
    addresses: dict[str, str] = {label.lower(): address for label, _, address in labelled}
    addresses["home-page"] = metadata.get("Home-page", "")
    for label in ("source", "repository", "homepage", "home", "home-page"):
        if urlsplit(addresses.get(label, "")).scheme == "https":
            return addresses[label]
    return None
