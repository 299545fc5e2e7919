"""Changes to a deployment that tests make: security, CORS, throttles, models."""

from dataclasses import replace
from typing import Any

from sparely_toolkit.local.settings import Deployment
from tests.local.conftest import Change

JWT = {
    "type": "oauth2",
    "x-amazon-apigateway-authorizer": {
        "type": "jwt",
        "identitySource": "$request.header.Authorization",
        "jwtConfiguration": {"issuer": "https://issuer.example.com/", "audience": ["tests"]},
    },
}
SIGV4 = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
KEY = {"type": "apiKey", "name": "x-api-key", "in": "header"}


def secured(scheme: dict[str, Any], *scopes: str, **plan: Any) -> Change:
    """Ask for a scheme on every route; `plan` is the usage plan."""

    def change(deployment: Deployment) -> Deployment:
        body = {
            **deployment.api.body,
            "components": {"securitySchemes": {"auth": scheme}},
            "paths": _with(deployment.api.body["paths"], security=[{"auth": list(scopes)}]),
        }
        return replace(deployment, api=replace(deployment.api, body=body), usage_plan=plan)

    return change


def modelled(schema: dict[str, Any], **operation: Any) -> Change:
    """Validate every body against a model of the components, and parameters."""

    def change(deployment: Deployment) -> Deployment:
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Model"}}}
        body = {
            **deployment.api.body,
            "x-amazon-apigateway-request-validators": {
                "all": {"validateRequestBody": True, "validateRequestParameters": True}
            },
            "x-amazon-apigateway-request-validator": "all",
            "components": {"schemas": {"Model": schema}},
            "paths": _with(
                deployment.api.body["paths"], requestBody={"required": True, "content": content}, **operation
            ),
        }
        return replace(deployment, api=replace(deployment.api, body=body))

    return change


def with_properties(**properties: Any) -> Change:
    """Set properties of the API."""
    return lambda deployment: replace(
        deployment, api=replace(deployment.api, properties={**deployment.api.properties, **properties})
    )


def _with(paths: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {
        path: {method: {**operation, **members} for method, operation in item.items()} for path, item in paths.items()
    }
