"""
A digest of all that makes a version of the function: the package's files and the properties with their values.

SAM publishes a version when its own hash changes, and that hash does not see the value behind `!Ref MemorySize`:
a changed parameter would reach no caller. Given as parameter ReleaseId, this digest decides instead. It leaves
out what Lambda does not freeze in a version, or Lambda would refuse to publish what is equal.

`python -m sparely_toolkit.deployment.release_id` prints it.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sparely_toolkit.deployment.configuration import (
    BUILT_TEMPLATE,
    PROJECT,
    DeploymentProblem,
    parameter_values,
    read_environment,
    read_template,
)
from sparely_toolkit.local.intrinsics import Resolver

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
    }
)


def release_id(built_template: Path, stack_name: str, parameters: Mapping[str, str]) -> str:
    """
    Make the digest of the functions that are published, 32 hex digits.

    Args:
        parameters: every parameter's value; ReleaseId's own is not looked at.

    Raises:
        DeploymentProblem: the template has no function with an alias.
    """
    template = read_template(built_template)
    resolver = _resolver(template, stack_name, parameters)
    digest = hashlib.sha256()
    for name, properties in _published(template):
        resolved = resolver.value({key: each for key, each in properties.items() if key not in NOT_IN_A_VERSION})
        digest.update(json.dumps([name, resolved], sort_keys=True, default=str).encode())
        for line in _contents(built_template.parent / properties["CodeUri"]):
            digest.update(line)
    return digest.hexdigest()[:DIGITS]


def _published(template: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    functions = [
        (name, each["Properties"])
        for name, each in sorted(template["Resources"].items())
        if each["Type"] == "AWS::Serverless::Function" and "AutoPublishAlias" in each["Properties"]
    ]
    if not functions:
        raise DeploymentProblem("template.yaml has no function with AutoPublishAlias.")
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
        raise DeploymentProblem(f"{artifact.name} is not built; `make build` does it.")
    for file in sorted(each for each in artifact.rglob("*") if each.is_file()):
        yield file.relative_to(artifact).as_posix().encode()
        yield hashlib.sha256(file.read_bytes()).digest()


def main() -> None:
    parser = argparse.ArgumentParser(description="Print the release id of the built package.")
    parser.add_argument("--config-env", default="default", help="environment of samconfig.toml")
    environment = read_environment(PROJECT / "samconfig.toml", parser.parse_args().config_env)
    parameters = parameter_values(read_template(BUILT_TEMPLATE), environment.overrides)
    print(release_id(BUILT_TEMPLATE, environment.stack_name, parameters))


if __name__ == "__main__":
    main()
