"""
The package's bill of materials, CycloneDX 1.6: whose each file is, under which licence, with which SHA-256.

The same package gives the same document: it has no time, and its serial number follows from its content.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License, LicenseAcknowledgement
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.spdx import fixup_id
from packageurl import PackageURL

from sparely.bundle import MODEL, read_manifest
from sparely_toolkit.package.distributions import UNKNOWN, Distribution
from sparely_toolkit.package.target import Target

NAME = "sbom.cdx.json"  # a pattern that scanners look for: https://cyclonedx.org/specification/overview/
SUBJECT = "lambda-package"


def write_sbom(artifact: Path, distributions: Sequence[Distribution], target: Target) -> None:
    """Describe everything that is in the artifact so far; nothing of it may change afterwards."""
    names = [each.relative_to(artifact).as_posix() for each in sorted(artifact.rglob("*")) if each.is_file()]
    parts = [_library(artifact, each) for each in distributions]
    parts += [_model(artifact, folder.parent, names) for folder in sorted((artifact / "models").glob(f"*/*/{MODEL}"))]
    described = {file.name for part in parts for file in part.components}
    subject = Component(
        type=ComponentType.APPLICATION,
        name=SUBJECT,
        bom_ref=SUBJECT,
        properties=[
            Property(name="lambda:architecture", value=target.architecture),
            Property(name="lambda:runtime", value=f"python{target.python}"),
        ],
        components=_files(artifact, (name for name in names if name not in described)),
    )
    bom = Bom(metadata=BomMetaData(component=subject), components=parts)
    bom.register_dependency(subject, parts)
    (artifact / NAME).write_text(_settled(JsonV1Dot6(bom).output_as_string()), encoding="utf-8")


def _library(artifact: Path, distribution: Distribution) -> Component:
    """A distribution; one that no registry has claims no package URL of a registry."""
    purl = PackageURL("pypi", name=distribution.name, version=distribution.version)
    site = [
        ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(url))
        for url in filter(None, [distribution.homepage])
    ]
    return Component(
        type=ComponentType.LIBRARY,
        name=purl.name,
        version=distribution.version,
        purl=purl if distribution.published else None,
        bom_ref=purl.to_string() if distribution.published else f"{purl.name}@{purl.version}",
        licenses=licences(distribution.licence),
        external_references=site,
        components=_files(artifact, distribution.files),
    )


def _model(artifact: Path, folder: Path, names: Iterable[str]) -> Component:
    """A model by its manifest; its hash is that of model.onnx."""
    manifest = read_manifest(folder)
    place = folder.relative_to(artifact).as_posix()
    return Component(
        type=ComponentType.MACHINE_LEARNING_MODEL,
        group=manifest.area,
        name=manifest.name,
        version=manifest.version,
        bom_ref=place,
        hashes=[_sha256(folder / MODEL)],
        components=_files(artifact, (name for name in names if name.startswith(f"{place}/"))),
    )


def licences(declared: str) -> list[License]:
    """The SPDX identifier or expression that the words stand for, or else the words."""
    if declared == UNKNOWN:
        return []
    known = fixup_id(declared.removesuffix(" License")) or declared
    return [LicenseFactory().make_from_string(known, license_acknowledgement=LicenseAcknowledgement.DECLARED)]


def _files(artifact: Path, names: Iterable[str]) -> list[Component]:
    return [
        Component(type=ComponentType.FILE, name=name, bom_ref=f"file:{name}", hashes=[_sha256(artifact / name)])
        for name in names
    ]


def _sha256(file: Path) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(file.read_bytes()).hexdigest())


def _settled(text: str) -> str:
    """The document without its time, with a serial number that two packages share only if they are equal."""
    document: dict[str, Any] = json.loads(text)
    del document["metadata"]["timestamp"], document["serialNumber"]
    document["serialNumber"] = uuid5(NAMESPACE_URL, json.dumps(document, sort_keys=True)).urn
    return json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"
