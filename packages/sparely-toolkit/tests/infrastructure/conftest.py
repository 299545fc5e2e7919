"""template.yaml of a baked service of every api choice."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from sparely_toolkit.local import intrinsics
from sparely_toolkit.project import Project
from support.services import APIS, baked

REGION = "us-east-1"
# Each changes what the others leave as it is by default.
PARAMETER_SETS: dict[str, Mapping[str, str]] = {
    "defaults": {},
    "canary, snapshots, traces, e-mail, budget": {
        "ReleaseId": "0123456789abcdef0123456789abcdef",
        "Rollout": "Canary10Percent5Minutes",
        "SnapStart": "PublishedVersions",
        "Tracing": "Active",
        "AlarmEmail": "operator@example.com",
        "DailyBudget": "5",
        "CorsOrigin": "https://app.example.com",
        "LogSampleRate": "0.1",
        "SystemLogLevel": "WARN",
        "Metrics": "alarms",
        "ShowDashboard": "off",
        "AskWhileShifting": "on",
    },
    "linear, key, domain, boundary, no callers": {
        "Rollout": "Linear10PercentEvery1Minute",
        "Commit": "0123456789abcdef0123456789abcdef01234567",
        "ReleaseId": "0123456789abcdef0123456789abcdef",
        "Queue": "on",
        "LogCallers": "off",
        "LogRetentionDays": "3653",
        "KmsKeyArn": f"arn:aws:kms:{REGION}:123456789012:key/12345678-1234-1234-1234-123456789012",
        "PermissionsBoundary": "arn:aws:iam::123456789012:policy/bounds",
        "DomainName": "api.example.com",
        "CertificateArn": f"arn:aws:acm:{REGION}:123456789012:certificate/12345678-1234-1234-1234-123456789012",
        "DomainPath": "predictions",
    },
    "provisioned, reserved, debug": {
        "ProvisionedConcurrency": "2",
        "ReservedConcurrency": "10",
        "LogLevel": "DEBUG",
        "ApiGatewayAccount": "exists",
    },
    "tables of S3": {
        "Batch": "S3",
        "BatchReservedConcurrency": "10",
        "KmsKeyArn": f"arn:aws:kms:{REGION}:123456789012:key/12345678-1234-1234-1234-123456789012",
    },
}


@dataclass(frozen=True)
class Template:
    """One template.yaml as a user has it."""

    api: str
    text: str

    @property
    def document(self) -> dict[str, Any]:
        """The SAM source, short tags as long forms."""
        return intrinsics.load(self.text)

    def translate(self, parameters: Mapping[str, str] = {}, code: str = "s3://bucket/package") -> dict[str, Any]:
        """
        Give what CloudFormation makes of it.

        Args:
            code: where `sam deploy` has put the package; another package has another key.
        """
        document = self.document
        for resource in document["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = code
        defaults = {name: str(each["Default"]) for name, each in document["Parameters"].items() if "Default" in each}
        known = {name: value for name, value in parameters.items() if name in document["Parameters"]}
        values = {"AWS::Region": REGION, "AWS::Partition": "aws", **defaults, **known}
        translator = Translator({}, Parser(), None, boto_session=boto3.Session(region_name=REGION))
        return dict(json.loads(json.dumps(translator.translate(document, values), default=str)))


def read(api: str) -> Template:
    """The template of a baked service."""
    return Template(api, baked(api).template.read_text("utf-8"))


@pytest.fixture(scope="session", params=APIS)
def template(request: pytest.FixtureRequest) -> Template:
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    return read(request.param)


@pytest.fixture(scope="session")
def service() -> Project:
    """A service of the default choices, for what is alike in all."""
    return baked()


def version_of(template: Mapping[str, Any], function: str = "PredictFunction") -> str:
    """Logical id of the version that a function publishes."""
    (name,) = (each for each in of_type(template, "AWS::Lambda::Version") if each.startswith(f"{function}Version"))
    return name


def of_type(template: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Resources of a type by logical id."""
    return {name: each for name, each in template["Resources"].items() if each["Type"] == kind}
