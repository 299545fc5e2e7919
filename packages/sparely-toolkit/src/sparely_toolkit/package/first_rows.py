"""
The program that starts a package where it is built, in an interpreter that sees nothing else.

With the handler every model is opened and its steps are imported. Then each model is asked a golden row: a graph may
give other shapes than it declares, which no look at it shows.
"""

import importlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any


def main() -> None:
    """Read the package's folder and each model's row; the last word is said where all have answered."""
    asked = json.load(sys.stdin)
    app = importlib.import_module("handler.app")
    importlib.import_module("aws_lambda_powertools.logging")  # by the first failure only, so here on purpose
    if service := sys.modules.get("sparely.service"):
        for each in {id(value): value for value in vars(app).values()}.values():
            if isinstance(each, service.Service):
                _ask(each, asked["rows"], asked["package"])
    print("started")


def _ask(service: Any, rows: Mapping[str, Mapping[str, Any]], package: str) -> None:
    from sparely.bundle import MODEL, ModelLoadError
    from sparely.engine import EngineError
    from sparely.handler.errors import ServiceError
    from sparely.handler.predictions import check_answers, read_outputs
    from sparely.handler.tensors import packing, to_tensors

    for group in (group for models in service.registry.models.values() for group in models.values()):
        model = group.model
        manifest = model.manifest
        if manifest.path not in rows:
            continue
        columns = [feature.name for feature in manifest.prepared]
        row = [rows[manifest.path].get(column) for column in columns]
        try:
            inputs = to_tensors([row], packing(manifest, columns))
            outputs = model.session.run(inputs)
            check_answers(outputs, inputs, manifest, "/instances")
            predictions = read_outputs(outputs, manifest)
        except (EngineError, ServiceError, ValueError, TypeError) as error:
            reason = " ".join(str(error).split()).removesuffix(".")
        else:
            if len(predictions) == 1:
                continue
            reason = f"it gives {len(predictions)} predictions for a row"
        path = os.path.join(package, "models", manifest.area, manifest.name, MODEL)  # noqa: PTH118
        raise ModelLoadError(path, f"asked its first golden row: {reason}.")


if __name__ == "__main__":
    main()
