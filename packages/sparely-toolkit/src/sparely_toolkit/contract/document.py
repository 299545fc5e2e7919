"""openapi.yaml as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from sparely_toolkit.contract import faults, predictions, schemas, tensors
from sparely_toolkit.contract.models import DescribedModel, title
from sparely_toolkit.contract.operations import PREDICT, PROTOCOL, SERVICE, operations
from sparely_toolkit.contract.schemas import Document

Areas = Mapping[str, Sequence[DescribedModel]]

DESCRIPTION = """\
Predictions of machine-learning models, as records (`/predict`) and as tensors (Open Inference Protocol V2, `/v2`).

Every fault of the service is one body for both: an RFC 9457 problem document with the member `error` that protocol
clients read. Faults that API Gateway meets before the service is reached have the same form where it is a REST API;
an HTTP API has its own words. Another method of a path, and any other path, is 405 and 404 in the same form.
"""

TAGS = {
    PREDICT: "Rows as records, by the names of their features.",
    PROTOCOL: "Rows as tensors: Open Inference Protocol V2, JSON only.",
    SERVICE: "What is served.",
}

# One of them applies: which one was chosen when the service was made.
SECURITY_SCHEMES: dict[str, Document] = {
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "awsSigv4",
        "description": "AWS Signature Version 4 for the service execute-api (http-iam).",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the issuer (http-jwt).",
    },
    "key": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "An API key (rest-key)."},
}


def document(areas: Areas) -> Document:
    """The contract of a service that serves these models."""
    paths: dict[str, Any] = {}
    for operation in operations(areas):
        method = operation.route.partition(" ")[0].lower()
        paths.setdefault(operation.path, {})[method] = operation.document()
    _describe_catalogue(paths["/models"]["get"], areas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Prediction service",
            "version": "1",
            "summary": "Machine-learning models over HTTP",
            "description": DESCRIPTION,
        },
        "servers": [
            {
                "url": "https://{api}.execute-api.{region}.amazonaws.com{stage}",
                "description": "The stack's output ApiUrl.",
                "variables": {
                    "api": {"default": "api-id", "description": "The API's id."},
                    "region": {"default": "us-east-1", "description": "The stack's region."},
                    "stage": {"default": "", "description": "`/v1` or the stage's name for a REST API, else nothing."},
                },
            },
            {"url": "http://localhost:3000", "description": "`make run`."},
        ],
        "tags": [{"name": name, "description": sentence} for name, sentence in TAGS.items()],
        "security": [{name: []} for name in SECURITY_SCHEMES],
        "paths": paths,
        "components": {
            "securitySchemes": SECURITY_SCHEMES,
            "headers": faults.HEADERS,
            "responses": faults.shared_responses(),
            "schemas": {**schemas.SHARED, **_of_models(areas)},
        },
    }


def _of_models(areas: Areas) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for area, models in areas.items():
        name = f"{title(area)}Area"
        found[f"{name}Instance"] = schemas.instance(models, area)
        found[f"{name}Request"] = schemas.instances(f"{name}Instance")
        found[f"{name}Predictions"] = schemas.predictions(models)
        for model in models:
            subject = f"{area}/{model.manifest.name}"
            found[f"{model.title}Instance"] = schemas.instance([model], subject)
            found[f"{model.title}Request"] = schemas.instances(f"{model.title}Instance")
            found[f"{model.title}Prediction"] = predictions.prediction(model)
            found[f"{model.title}Predictions"] = schemas.predictions([model])
            found[f"{model.title}Inference"] = tensors.inference(model)
    return found


def _describe_catalogue(operation: Document, areas: Areas) -> None:
    """The catalogue alone can be kept, and asked for only if it has changed."""
    operation["parameters"] = [
        {
            "name": "if-none-match",
            "in": "header",
            "description": "ETags of what the client has.",
            "schema": {"type": "string"},
        }
    ]
    operation["responses"]["200"]["headers"] = faults.headers("etag")
    operation["responses"]["304"] = {"description": "The client has it.", "headers": faults.headers("etag")}
    catalogue = [
        {"name": area, "models": [model.manifest.document for model in models]} for area, models in areas.items()
    ]
    operation["responses"]["200"]["content"]["application/json"]["examples"] = {
        "golden": {"value": {"areas": catalogue[:1]}}
    }
