"""The routes of the contract: which models each asks, and the steps from the request to the answer."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sparely.engine import EngineError, Tensor
from sparely.handler import inference_protocol as v2
from sparely.handler.body import read_json
from sparely.handler.dispatch import of_no_model
from sparely.handler.drift import count_outside, count_outside_inputs
from sparely.handler.errors import DoesNotFit, Fault, ModelFailed, ServiceError
from sparely.handler.predictions import Known, check_answers, read_outputs
from sparely.handler.registry import Group, Model, Registry
from sparely.handler.request import Request
from sparely.handler.response import Answer, predicted, unless_changed
from sparely.handler.telemetry import Timing, log_exception
from sparely.handler.tensors import Packing, to_tensors
from sparely.handler.validation import Row, read_instances
from sparely.kinds import Prediction

if TYPE_CHECKING:
    from sparely.handler.steps import Stepped

MOST_ROWS = int(os.environ.get("MAX_ROWS", "1000"))
SPARE_PARTS = 250_000
ROW = "/instances/{row}"


def most_parts(features: int) -> int:
    """Two for every value of the largest request that fits, a brace and a comma a row, and room for text."""
    return SPARE_PARTS + MOST_ROWS * 2 * (features + 1)


def _catalogue(request: Request, group: None, registry: Registry, timing: Timing) -> Answer:
    from sparely.handler.catalogue import catalogue  # most execution environments are never asked for it

    return unless_changed(catalogue(registry, request.query), request.headers.get("if-none-match", ""))


def _predict(request: Request, group: Group, registry: Registry, timing: Timing) -> Answer:
    rows = read_instances(
        read_json(request, most_parts=most_parts(len(group.schema.names))), group.schema, most_rows=MOST_ROWS
    )
    timing.mark("parse")
    predictions = predict(group, rows)
    timing.mark("infer")
    outside = {name: count_outside(rows, seen) for name, seen in group.seen.items()}
    return predicted([model.manifest for model, _ in group.members], predictions, outside)


def predict(group: Group, rows: Sequence[Row]) -> list[list[Prediction] | ModelFailed]:
    """
    Ask the models of a group.

    Args:
        rows: n validated rows of the group's columns.

    Returns:
        By model in order, n predictions as callers get them, or its fault: it shall not cost the other models' answers.

    Raises:
        ServiceError: the caller can mend a row; of rows that models have no answer for, all models' faults.
    """
    answers: list[list[Prediction] | ModelFailed] = []
    refused: list[DoesNotFit] = []
    for model, packing in group.members:
        try:
            answers.append(
                _ask_with_steps(model, packing, rows, group.stepped[model.manifest.name])
                if model.steps
                else _ask(model, packing, rows)
            )
        except DoesNotFit as error:
            refused.append(error)
    if len(refused) > 1:
        raise DoesNotFit(sorted((fault for error in refused for fault in error.faults), key=_row_of))
    if refused:
        raise refused[0]
    return answers


def _row_of(fault: Fault) -> int:
    """The position of the row that a fault points to."""
    position = fault.pointer.removeprefix("/instances/").partition("/")[0]
    return int(position) if position.isdecimal() else -1


def _ask(model: Model, packing: Packing, rows: Sequence[Row]) -> list[Prediction] | ModelFailed:
    try:
        return read_outputs(_run(model, to_tensors(rows, packing), ROW), model.manifest)
    except ModelFailed as failed:
        return failed
    except ServiceError:
        raise
    except Exception:
        return _unforeseen(model)


def _ask_with_steps(
    model: Model, packing: Packing, rows: Sequence[Row], stepped: "Stepped"
) -> list[Prediction] | ModelFailed:
    """The same of a model whose owner has code around it."""
    try:
        inputs = to_tensors(stepped.prepare(rows), packing)
        outputs = _run(model, inputs, ROW, known=lambda position: stepped.known(rows[position]))
        return stepped.present(rows, read_outputs(outputs, model.manifest))
    except ModelFailed as failed:
        return failed
    except ServiceError:
        raise
    except Exception:
        return _unforeseen(model)


def _unforeseen(model: Model) -> ModelFailed:
    """The fault of a model that failed as nobody expected; the log has why."""
    log_exception("The model failed", model=model.manifest.name)
    return ModelFailed(model.manifest.name)


def _run(
    model: Model,
    inputs: Mapping[str, Tensor],
    rows_place: str,
    outputs: Sequence[str] | None = None,
    known: Known | None = None,
) -> dict[str, Tensor]:
    try:
        answers = model.session.run(inputs, outputs)
    except EngineError as error:
        raise _unforeseen(model) from error
    check_answers(answers, inputs, model.manifest, rows_place, known)
    return answers


def _infer(request: Request, group: Group, registry: Registry, timing: Timing) -> Answer:
    model = group.model
    document = read_json(request, most_parts=most_parts(len(model.manifest.prepared)))
    inference = v2.read_inference(document, model, most_rows=MOST_ROWS)
    timing.mark("parse")
    outputs = _run(model, inference.inputs, "/inputs", inference.outputs)
    timing.mark("infer")
    return Answer(
        200,
        v2.infer_document(inference, model, outputs),
        rows={model.manifest.name: inference.rows},
        outside={model.manifest.name: count_outside_inputs(inference.inputs, model.seen)},
    )


def _server_metadata(request: Request, group: None, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, v2.server_metadata())


def _model_metadata(request: Request, group: Group, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, v2.model_metadata(group.model))


def _live(request: Request, group: None, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, {"live": True})


def _ready(request: Request, group: None, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, {"ready": True})


def _model_ready(request: Request, group: Group, registry: Registry, timing: Timing) -> Answer:
    return Answer(200, {"name": group.model.manifest.name, "ready": True})


Finder = Callable[[Registry, Mapping[str, str]], Group | None]
Responder = Callable[[Request, Any, Registry, Timing], Answer]

ROUTES: dict[str, tuple[Finder, Responder]] = {
    "GET /models": (of_no_model, _catalogue),
    "POST /predict/{area}": (Registry.area, _predict),
    "POST /predict/{area}/{model}": (Registry.model, _predict),
    "GET /v2": (of_no_model, _server_metadata),
    "GET /v2/health/live": (of_no_model, _live),
    "GET /v2/health/ready": (of_no_model, _ready),
    "GET /v2/models/{model}": (Registry.named, _model_metadata),
    "GET /v2/models/{model}/ready": (Registry.named, _model_ready),
    "POST /v2/models/{model}/infer": (Registry.named, _infer),
    "GET /v2/models/{model}/versions/{version}": (Registry.named, _model_metadata),
    "GET /v2/models/{model}/versions/{version}/ready": (Registry.named, _model_ready),
    "POST /v2/models/{model}/versions/{version}/infer": (Registry.named, _infer),
}
