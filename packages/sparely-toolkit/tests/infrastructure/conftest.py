"""template.yaml of every api choice: rendered where it is still a template, as it is in a generated service."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import jinja2
import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from sparely_toolkit.local import intrinsics

PROJECT = Path(__file__).resolve().parents[2]
REGION = "us-east-1"
APIS = ("http-iam", "http-jwt", "rest-key")
ANSWERS = {
    "cpu_architecture": "x86_64",
    "python_version": "3.13",
    "description": "Models as a service.",
    "project_slug": "prediction-service",
}
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
    },
    "linear, provisioned, reserved, debug": {
        "Rollout": "Linear10PercentEvery1Minute",
        "ProvisionedConcurrency": "2",
        "ReservedConcurrency": "10",
        "LogLevel": "DEBUG",
        "ApiGatewayAccount": "exists",
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


def read(api: str | None) -> Template:
    """Render the template for an api choice; a generated service's own needs none."""
    text = (PROJECT / "template.yaml").read_text("utf-8")
    if api is None:
        kind = "rest-key" if "AWS::Serverless::Api\n" in text else "http-jwt" if "JwtIssuer:" in text else "http-iam"
        return Template(kind, text)
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return Template(api, environment.from_string(text).render(cookiecutter={**ANSWERS, "api": api}))


IS_GENERATED = "cookiecutter." not in (PROJECT / "template.yaml").read_text("utf-8")


@pytest.fixture(scope="session", params=[None] if IS_GENERATED else APIS, ids=lambda api: api or "own")
def template(request: pytest.FixtureRequest) -> Template:
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    return read(request.param)


def of_type(template: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Resources of a type by logical id."""
    return {name: each for name, each in template["Resources"].items() if each["Type"] == kind}
