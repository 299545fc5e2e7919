"""
The id of a release: a digest of all that makes a version of the function, the package's files and the properties.

SAM publishes a version when its own hash changes, and that hash does not see the value behind `!Ref MemorySize`:
a changed parameter would reach no caller. Given as parameter ReleaseId, this digest decides instead. It leaves
out what Lambda does not freeze in a version, or Lambda would refuse to publish what is equal.

A release that was published before and does not serve needs another id. A version that was refused stays: SAM retains
it. Lambda publishes nothing that equals the version published last, and CloudFormation then ends with "A version for
this Lambda function exists". Another release id is another description, and so another version.
Sources, read 2026-11-22: https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html and SAM's issue 1375.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sparely_toolkit.deployment.built import NotBuilt, read_template
from sparely_toolkit.deployment.stack import Versions
from sparely_toolkit.local.intrinsics import Resolver
from sparely_toolkit.problems import Problem

DIGITS = 32
# Properties of the function itself or of its alias, which a version does not hold.
# Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html and SAM's issue 3281.
NOT_IN_A_VERSION = frozenset(
    {
        "AutoPublishAlias",
        "AutoPublishAliasAllProperties",
        "AutoPublishCodeSha256",
        "CodeSigningConfigArn",
        "CodeUri",
        "DeploymentPreference",
        "Events",
        "Policies",
        "ProvisionedConcurrencyConfig",
        "ReservedConcurrentExecutions",
        "Tags",
        "VersionDescription",
    }
)


class NothingPublished(Problem):
    """The template has no function of which versions are published."""

    def __init__(self) -> None:
        super().__init__("template.yaml has no function with AutoPublishAlias.")


def release_id(built_template: Path, stack_name: str, parameters: Mapping[str, str], image: str | None = None) -> str:
    """
    Make the digest of the functions that are published, 32 hex digits.

    Args:
        parameters: every parameter's value; ReleaseId's own is not looked at.
        image: the container image that is deployed; its tag is the digest of all that is in it, AWS' part too.

    Raises:
        NothingPublished: the template has no function with an alias.
        NotBuilt: a part of the build is missing.
    """
    template = read_template(built_template)
    resolver = _resolver(template, stack_name, parameters)
    digest = hashlib.sha256()
    for name, properties in _published(template):
        resolved = resolver.value({key: each for key, each in properties.items() if key not in NOT_IN_A_VERSION})
        digest.update(json.dumps([name, resolved], sort_keys=True, default=str).encode())
        for line in _contents(built_template.parent / properties["CodeUri"]):
            digest.update(line)
    if image is not None:
        digest.update(image.rpartition(":")[2].encode())
    return digest.hexdigest()[:DIGITS]


def id_to_publish(release: str, versions: Versions) -> str:
    """
    Give the id that deploys `release`: its own, or one of its own and of the newest version's number.

    What serves keeps its id, so that an unchanged rebuild publishes nothing.
    """
    carried = _versions_of(release, versions)
    if versions.serving == versions.named and versions.named in carried:
        return carried[versions.named]
    newest = max(versions.published)
    return _mixed(release, newest) if {versions.named, newest} & carried.keys() else release


def _published(template: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    functions = [
        (name, each["Properties"])
        for name, each in sorted(template["Resources"].items())
        if each["Type"] == "AWS::Serverless::Function" and "AutoPublishAlias" in each["Properties"]
    ]
    if not functions:
        raise NothingPublished
    return functions


def _resolver(template: Mapping[str, Any], stack_name: str, parameters: Mapping[str, str]) -> Resolver:
    # Values that differ by account or region differ between stacks, never between two deployments of one.
    pseudo = {f"AWS::{name}": name for name in ("AccountId", "Partition", "Region", "StackId", "URLSuffix")}
    return Resolver(
        parameters={**parameters, **pseudo, "AWS::StackName": stack_name},
        conditions=template.get("Conditions", {}),
        mappings=template.get("Mappings", {}),
        resources=frozenset(template["Resources"]),
    )


def _contents(artifact: Path) -> Iterator[bytes]:
    """Path and digest of every file in a fixed order; neither times nor modes, which a zip of SAM's does not keep."""
    if not artifact.is_dir():
        raise NotBuilt(artifact)
    for file in sorted(each for each in artifact.rglob("*") if each.is_file()):
        yield file.relative_to(artifact).as_posix().encode()
        with file.open("rb") as content:
            yield hashlib.file_digest(content, "sha256").digest()


def _versions_of(release: str, versions: Versions) -> dict[int, str]:
    """Ids by number of the versions that were published of this release, as SAM puts them at a description's end."""
    earlier = range(1, max(versions.published) + 1)
    ids = {release, *(_mixed(release, number) for number in earlier)}
    ends = {number: text.rpartition(" ")[2] for number, text in versions.published.items()}
    return {number: end for number, end in ends.items() if end in ids}


def _mixed(release: str, version: int) -> str:
    return hashlib.sha256(f"{release} after version {version}".encode()).hexdigest()[:DIGITS]
