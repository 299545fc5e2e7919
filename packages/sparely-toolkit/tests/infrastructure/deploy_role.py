"""The role that deploys from GitHub, as CloudFormation makes it, and what its resources' handlers ask for."""

from collections.abc import Iterator, Mapping
from typing import Any

from sparely_toolkit.local import intrinsics
from support.services import baked
from tests.infrastructure.conftest import REGION

SERVICE = baked()
FILE = SERVICE.root / "deployment" / "role.yaml"
LONGEST_STACK_NAME = "s" * 31
BOUNDARY = "arn:aws:iam::123456789012:policy/bounds"
KEY = f"arn:aws:kms:{REGION}:123456789012:key/12345678-1234-1234-1234-123456789012"
DOMAIN = "api.example.com"
REPOSITORIES = "stackabcdef01"
OPTIONS = {
    "PermissionsBoundary": BOUNDARY,
    "KmsKeyArn": KEY,
    "DomainName": DOMAIN,
    "Batch": "S3",
    "ImageRepositories": REPOSITORIES,
}
"""Every parameter that is optional, as a service that uses all of them gives it."""
COMPANION: Mapping[str, Any] = {
    "Type": "AWS::ECR::Repository",
    "Properties": {"RepositoryName": "", "RepositoryPolicyText": {}, "Tags": []},
}
"""What SAM makes in a stack beside the service's, for each function that is a container image."""


def role(api: str, options: Mapping[str, str] = {}) -> dict[str, Any]:
    """The role's properties as CloudFormation makes them of the template."""
    document = intrinsics.load(FILE.read_text("utf-8"))
    defaults = {name: each.get("Default", "") for name, each in document["Parameters"].items()}
    given = {"Repository": "o/r", "Environment": "production", "StackName": LONGEST_STACK_NAME, "Api": api}
    pseudo = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": "123456789012"}
    values = {**defaults, **given, **options, "Provider": "exists", **pseudo}
    resolver = intrinsics.Resolver(values, conditions=document["Conditions"])
    resolved: dict[str, Any] = resolver.value(document["Resources"]["Deployer"]["Properties"])
    beside = {"DeployBatch": values["Batch"] == "S3", "DeployImages": bool(values["ImageRepositories"])}
    documents = [document["Resources"][name]["Properties"]["PolicyDocument"] for name, used in beside.items() if used]
    resolved["Beside"] = [{"PolicyDocument": resolver.value(each)} for each in documents]
    return resolved


def statements(api: str, options: Mapping[str, str] = OPTIONS) -> Iterator[dict[str, Any]]:
    properties = role(api, options)
    for policy in [*properties["Policies"], *properties.get("Beside", ())]:
        for each in policy["PolicyDocument"]["Statement"]:
            assert each["Effect"] == "Allow"
            yield {key: as_list(value) if key in ("Action", "Resource") else value for key, value in each.items()}


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
