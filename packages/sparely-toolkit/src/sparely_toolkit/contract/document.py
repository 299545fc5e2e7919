"""openapi.yaml as a whole."""

from typing import Any

from sparely_toolkit.contract import faults, predictions, schemas, tensors
from sparely_toolkit.contract.description import Areas, ServiceDescription, title
from sparely_toolkit.contract.operations import OWN, PREDICT, PROTOCOL, SERVICE, operations
from sparely_toolkit.contract.schemas import Document
from sparely_toolkit.contract.writing import Quoted

DESCRIPTION = """\
Predictions of machine-learning models, as records (`/predict`) and as tensors (Open Inference Protocol V2, `/v2`).

Every fault of the service is one body for both: an RFC 9457 problem document with the member `error` that protocol
clients read. Faults that API Gateway meets before the service is reached have the same form where it is a REST API;
an HTTP API has its own words. Another method of a path, and any other path, is 405 and 404 in the same form.

Without HTTP, a direct `lambda:Invoke` of the alias with `{"area": ..., "model": ..., "instances": [...]}` gives what is
here the body of `POST /predict/{area}/{model}`, or of its fault, as a plain object; `model` may be left out. Where the
template's parameter Queue is on, a message of the queue is such an object too, and its answer goes to another queue.
"""

TAGS = {
    PREDICT: "Rows as records, by the names of their features.",
    PROTOCOL: "Rows as tensors: Open Inference Protocol V2, JSON only.",
    SERVICE: "What is served.",
    OWN: "What the service has beside its models.",
}

# One of them applies: which one was chosen when the service was made.
SECURITY_SCHEMES: dict[str, Document] = {
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "awsSigv4",
        "description": "AWS Signature Version 4, for the service execute-api (http-iam) or lambda (function-url).",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the issuer (http-jwt).",
    },
    "key": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "An API key (rest-key)."},
}


def document(service: ServiceDescription) -> Document:
    """The contract of a service."""
    paths: dict[str, Any] = {}
    for operation in operations(service):
        method = operation.route.partition(" ")[0].lower()
        paths.setdefault(operation.path, {})[method] = operation.document()
    _describe_catalogue(paths["/models"]["get"], service.areas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": Quoted(service.title),
            "version": "1",
            "summary": Quoted(service.summary),
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
        "tags": [{"name": name, "description": TAGS[name]} for name in TAGS if name != OWN or service.own],
        "security": [{name: []} for name in SECURITY_SCHEMES],
        "paths": paths,
        "components": {
            "securitySchemes": SECURITY_SCHEMES,
            "headers": faults.header_components(service),
            "responses": faults.shared_responses(service),
            "schemas": {**schemas.SHARED, **_of_models(service.areas, service.most_rows)},
        },
    }


def _of_models(areas: Areas, most_rows: int) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    for area, models in areas.items():
        name = f"{title(area)}Area"
        documents[f"{name}Instance"] = schemas.instance(models, area)
        documents[f"{name}Request"] = schemas.instances(f"{name}Instance", most_rows)
        documents[f"{name}Predictions"] = schemas.predictions(models)
        for model in models:
            name = title(model.name)
            documents[f"{name}Instance"] = schemas.instance([model], model.path)
            documents[f"{name}Request"] = schemas.instances(f"{name}Instance", most_rows)
            documents[f"{name}Prediction"] = predictions.prediction(model)
            documents[f"{name}Predictions"] = schemas.predictions([model])
            documents[f"{name}Inference"] = tensors.inference(model, most_rows)
    return documents


def _describe_catalogue(operation: Document, areas: Areas) -> None:
    """The catalogue alone can be kept, and asked for only if it has changed."""
    operation["parameters"].append(
        {
            "name": "if-none-match",
            "in": "header",
            "description": "ETags of what the client has.",
            "schema": {"type": "string"},
        }
    )
    operation["responses"]["200"]["headers"] = faults.headers("etag")
    operation["responses"]["304"] = {"description": "The client has it.", "headers": faults.headers("etag")}
    catalogue = [
        {"name": area, "models": [model.manifest.document for model in models]} for area, models in areas.items()
    ]
    operation["responses"]["200"]["content"]["application/json"]["examples"] = {
        "golden": {"value": {"areas": catalogue[:1]}}
    }
