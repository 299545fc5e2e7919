"""What is named as not emulated."""

import sys
from dataclasses import replace
from typing import Any

import pytest

from local.notices import notices
from tests.local.conftest import Build

SIGV4 = {"type": "apiKey", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"}
JWT = {"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt"}}
KEY = {"type": "apiKey", "name": "x-api-key"}


@pytest.mark.parametrize(
    ("scheme", "sentence"),
    [
        (SIGV4, "Not emulated: AWS_IAM authorization (SigV4 signatures are not checked)."),
        (JWT, "Not emulated: the jwt authorizer."),
        (KEY, "Not emulated: API keys and the usage plan."),
    ],
)
def test_authorization_is_named(build: Build, scheme: dict[str, Any], sentence: str) -> None:
    """Nobody should think that a local request was authorized."""
    deployment = build()
    body = {**deployment.api.body, "components": {"securitySchemes": {"auth": scheme}}}

    given = notices(replace(deployment, api=replace(deployment.api, body=body)))

    assert given[-1] == sentence


def test_properties_without_effect_are_named(build: Build) -> None:
    """Each property of API and function that does nothing here is named once."""
    deployment = build()
    api = replace(deployment.api, properties={"CorsConfiguration": {"AllowOrigins": ["*"]}})
    function = replace(deployment.function, properties={"Layers": ["arn"], "SnapStart": {"ApplyOn": "None"}})

    given = notices(replace(deployment, api=api, function=function))

    assert given[-1] == "Not emulated: CORS, Layers, SnapStart."


def test_memory_rule_is_named(build: Build) -> None:
    """The first line says how the memory limit is kept."""
    (memory,) = notices(build())

    assert memory == (
        "Memory: watched every 50 ms and at each answer; an environment above MemorySize is killed."
        if sys.platform == "linux"
        else "Memory: neither measured nor limited on this system."
    )
