"""The bill of materials: valid CycloneDX, complete to the file, the same for the same package."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.model.license import DisjunctiveLicense, License, LicenseAcknowledgement, LicenseExpression
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from sparely_toolkit.package.sbom import NAME, licences, write_sbom
from sparely_toolkit.package.target import Target

DECLARED = LicenseAcknowledgement.DECLARED


@pytest.fixture
def bill(built: tuple[Path, Target]) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((built[0] / NAME).read_text("utf-8"))
    return content


def of_type(bill: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in bill["components"] if each["type"] == kind]


def described(bill: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every file's name and SHA-256."""
    for part in (bill["metadata"]["component"], *bill["components"]):
        for file in part["components"]:
            ((algorithm, content),) = ((each["alg"], each["content"]) for each in file["hashes"])
            assert (file["type"], algorithm) == ("file", "SHA-256")
            yield file["name"], content


def test_it_fits_the_schema(built: tuple[Path, Target]) -> None:
    """CycloneDX's own schema, strictly: no member that it does not know."""
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str((built[0] / NAME).read_text("utf-8"))

    assert fault is None


def test_every_file_is_described_once(built: tuple[Path, Target], bill: dict[str, Any]) -> None:
    """Whose each file is, with the SHA-256 by which it is checked; only the bill itself is left out."""
    artifact, _ = built
    files = [each for each in artifact.rglob("*") if each.is_file() and each.name != NAME]

    assert sorted(described(bill)) == sorted(
        (each.relative_to(artifact).as_posix(), hashlib.sha256(each.read_bytes()).hexdigest()) for each in files
    )


def test_the_engine_is_onnxruntimes_file(bill: dict[str, Any]) -> None:
    """A scanner that knows a fault of onnxruntime finds it by its package URL, though no Python of it ships."""
    (engine,) = (each for each in of_type(bill, "library") if each["name"] == "onnxruntime")

    assert engine["purl"] == f"pkg:pypi/onnxruntime@{engine['version']}"
    assert [each["name"] for each in engine["components"]] == [
        f"lib/libonnxruntime.so.{engine['version']}",
        "licenses/onnxruntime/LICENSE",
        "licenses/onnxruntime/ThirdPartyNotices.txt",
    ]


def test_libraries_have_their_licences(bill: dict[str, Any]) -> None:
    """As identifiers of SPDX, so that a policy can be checked by a program."""
    found = {each["name"]: each["licenses"][0]["license"]["id"] for each in of_type(bill, "library")}

    assert found == {
        "aws-lambda-powertools": "MIT", "jmespath": "MIT", "onnxruntime": "MIT", "sparely": "MIT-0",
        "typing-extensions": "PSF-2.0",
    }  # fmt: skip


def test_what_no_registry_has_claims_no_place_in_one(bill: dict[str, Any]) -> None:
    """A wheel of vendor/ has no package URL: a scanner would ask a registry about a stranger's package of that name."""
    purls = {each["name"]: each.get("purl", "").partition("/")[0] for each in of_type(bill, "library")}

    assert purls == {
        "aws-lambda-powertools": "pkg:pypi", "jmespath": "pkg:pypi", "onnxruntime": "pkg:pypi", "sparely": "",
        "typing-extensions": "pkg:pypi",
    }  # fmt: skip


def test_models_are_components_with_the_hash_of_their_manifest(
    built: tuple[Path, Target], bill: dict[str, Any]
) -> None:
    """Each model by area, name, version and the SHA-256 of model.onnx that its manifest promises."""
    manifests = [json.loads(file.read_text("utf-8")) for file in (built[0] / "models").glob("*/*/manifest.json")]

    told = [(each["group"], each["name"], each["version"], each["hashes"][0]["content"]) for each in of_type(bill, "machine-learning-model")]  # fmt: skip
    assert sorted(told) == sorted((each["area"], each["name"], each["version"], each["onnx"]["sha256"]) for each in manifests)  # fmt: skip


def test_the_package_depends_on_all_parts(bill: dict[str, Any]) -> None:
    """No part hangs in the air."""
    graph = {each["ref"]: each.get("dependsOn", []) for each in bill["dependencies"]}

    assert sorted(graph[bill["metadata"]["component"]["bom-ref"]]) == sorted(
        each["bom-ref"] for each in bill["components"]
    )


def test_the_target_is_told(built: tuple[Path, Target], bill: dict[str, Any]) -> None:
    """Packages of two architectures have the same names and other bytes."""
    _, target = built

    told = {each["name"]: each["value"] for each in bill["metadata"]["component"]["properties"]}
    assert told == {"lambda:architecture": target.architecture, "lambda:runtime": f"python{target.python}"}


def test_another_package_has_another_serial_number(tmp_path: Path, built: tuple[Path, Target]) -> None:
    """The number follows from the content, and nothing tells when or where the package was built."""
    for name in ("first", "second"):
        shutil.copytree(built[0] / "models", tmp_path / name / "models")
    (tmp_path / "second" / "new.py").touch()
    for name in ("first", "second"):
        write_sbom(tmp_path / name, [], built[1])

    first, second = (json.loads((tmp_path / name / NAME).read_text("utf-8")) for name in ("first", "second"))

    assert first["serialNumber"] != second["serialNumber"]
    assert set(first["metadata"]) == {"component"}
    assert str(tmp_path) not in (tmp_path / "first" / NAME).read_text("utf-8")


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("mit", [DisjunctiveLicense(id="MIT", acknowledgement=DECLARED)]),
        ("MIT License", [DisjunctiveLicense(id="MIT", acknowledgement=DECLARED)]),
        ("MIT OR Apache-2.0", [LicenseExpression("MIT OR Apache-2.0", acknowledgement=DECLARED)]),
        ("Some words", [DisjunctiveLicense(name="Some words", acknowledgement=DECLARED)]),
        ("not said", []),
    ],
)
def test_a_licence_becomes_an_identifier_where_there_is_one(declared: str, told: list[License]) -> None:
    """Nothing is guessed: other words stay words, and no words give no licence."""
    assert licences(declared) == told
