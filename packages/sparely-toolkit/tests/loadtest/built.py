"""A built template as `sam build` leaves it, around a function that need not run."""

import json
import sys
from pathlib import Path
from typing import Any


def write_template(folder: Path, *, reserved: int | None = None) -> Path:
    """Write a template with one function and one HTTP API; gives its path."""
    (folder / "PredictFunction").mkdir(parents=True, exist_ok=True)
    function: dict[str, Any] = {
        "CodeUri": "PredictFunction",
        "Handler": "handler.app.lambda_handler",
        "Runtime": f"python3.{sys.version_info.minor}",
        "Architectures": ["x86_64"],
        "Environment": {"Variables": {"MAX_ROWS": "10"}},
    }
    if reserved is not None:
        function["ReservedConcurrentExecutions"] = reserved
    integration = {"uri": {"Fn::Sub": "arn:${PredictFunction.Arn}:live"}, "payloadFormatVersion": "2.0"}
    body = {
        "paths": {"/models": {"get": {"x-amazon-apigateway-integration": integration}}},
        "components": {"securitySchemes": {"auth": {"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4"}}},
    }
    document = {
        "Resources": {
            "PredictFunction": {"Type": "AWS::Serverless::Function", "Properties": function},
            "Api": {"Type": "AWS::Serverless::HttpApi", "Properties": {"DefinitionBody": body}},
        }
    }
    path = folder / "template.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
