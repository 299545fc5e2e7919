"""
Open Inference Protocol V2 over JSON tensors: what a request asks of a model, and the documents that answer.

Source: https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
(read 2026-11-22).
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sparely.engine import Tensor
from sparely.handler.errors import LISTED_FAULTS, DoesNotFit, Fault, TooManyRows, available, quote
from sparely.handler.registry import Model
from sparely.handler.tensor_documents import DATATYPE_NAMES, read_tensor, write_tensor
from sparely.handler.validation import show
from sparely.handler.values import LONGEST_STRING, Text
from sparely.record import Record

PLATFORM = "onnx_onnxv1"
BARE = "The model without the steps of POST /predict: its inputs are prepared rows, its outputs are not presented yet."
ID = Text(f"a string of at most {LONGEST_STRING} characters", LONGEST_STRING)
NO_BINARY = "the binary tensor extension is not supported; send tensors as JSON and ask for JSON"
# Each says that a tensor is not in the JSON, or shall not be; other parameters are ignored, as the protocol wants.
REFUSED_PARAMETERS = {"binary_data_size": NO_BINARY, "binary_data": NO_BINARY} | dict.fromkeys(
    ("shared_memory_region", "shared_memory_byte_size", "shared_memory_offset"),
    "shared memory is not supported; send tensors as JSON and ask for JSON",
)
# A number of classes: what is asked for is another output than the one that is named.
REFUSED_PARAMETERS["classification"] = "the classification extension is not supported; ask for the model's own outputs"


class Inference(Record):
    """What a request asks of a model: its inputs, all of n rows, and the outputs wanted, None for all."""

    id: str | None
    inputs: Mapping[str, Tensor]
    outputs: tuple[str, ...] | None
    rows: int


def server_metadata() -> dict[str, Any]:
    """`GET /v2`; the version is the function's."""
    name = os.environ.get("POWERTOOLS_SERVICE_NAME", "prediction-service")
    return {"name": name, "version": os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"), "extensions": []}


def model_metadata(model: Model) -> dict[str, Any]:
    """`GET /v2/models/{model}`; parameters tell what the protocol has no member for: features, labels, steps."""
    manifest = model.manifest
    labels = {manifest.outputs.get("probabilities"): {"parameters": {"labels": manifest.labels}}}
    return {
        "name": manifest.name,
        "versions": [manifest.version],
        "platform": PLATFORM,
        "inputs": [
            {**_described(each.name, each.datatype, each.shape), "parameters": {"features": each.features}}
            for each in model.inputs
        ],
        "outputs": [
            {**_described(each.name, DATATYPE_NAMES[each.element_type], each.shape), **labels.get(each.name, {})}
            for each in model.session.outputs
        ],
        **({"parameters": {"description": BARE}} if model.steps else {}),
    }


def _described(name: str, datatype: str, shape: Sequence[int | None]) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": [-1 if size is None else size for size in shape]}


def read_inference(document: Any, model: Model, *, most_rows: int) -> Inference:
    """
    Turn a request's document into tensors that fit.

    Raises:
        DoesNotFit: with every fault in input order, to `LISTED_FAULTS`.
        TooManyRows: the tensors have more than `most_rows` rows.
    """
    if type(document) is not dict:
        raise DoesNotFit([Fault("", 'The body is not an object; expected {"inputs": [...]}.')])
    faults = [*_check_id(document), *_refused_parameters(document, "", "")]
    named = _named(document, "inputs", [each.name for each in model.inputs], faults, required=True)
    tensors = _tensors(named, model, faults)
    outputs = _named(document, "outputs", [each.name for each in model.session.outputs], faults, required=False)
    if faults:
        raise DoesNotFit(faults)
    rows = _row_count(tensors, named)
    if rows > most_rows:
        raise TooManyRows(rows, most_rows)
    return Inference(document.get("id"), tensors, tuple(outputs) or None, rows)


def infer_document(inference: Inference, model: Model, outputs: Mapping[str, Tensor]) -> dict[str, Any]:
    """`POST /v2/models/{model}/infer`: the outputs in the order wanted."""
    named = {"model_name": model.manifest.name, "model_version": model.manifest.version}
    if inference.id is not None:
        named["id"] = inference.id
    return {**named, "outputs": [write_tensor(name, tensor) for name, tensor in outputs.items()]}


def _check_id(document: Mapping[str, Any]) -> Iterator[Fault]:
    if document.get("id") is not None and not ID.fits(document["id"]):
        yield Fault("/id", f"id is {show(document['id'])}; expected {ID.expected}.")


def _refused_parameters(document: Mapping[str, Any], place: str, where: str) -> Iterator[Fault]:
    parameters = document.get("parameters")
    if parameters is None:
        return
    if type(parameters) is not dict:
        yield Fault(f"{place}/parameters", f"{where}parameters is {show(parameters)}; expected an object.")
        return
    for name, reason in REFUSED_PARAMETERS.items():
        value = parameters.get(name)
        if value is not None and value is not False and (value != 0 or name != "classification"):
            problem = f"{where}parameters.{name} is {show(parameters[name])}"
            yield Fault(f"{place}/parameters/{name}", f"{problem}; {reason}.")


def _named(
    document: Mapping[str, Any], member: str, known: Sequence[str], faults: list[Fault], *, required: bool
) -> dict[str, tuple[int, dict[str, Any]]]:
    """The objects of a list by their `name`, each with its position; what is unknown or twice is a fault."""
    listed = document.get(member)
    if listed is None and not required:
        return {}
    if type(listed) is not list or (required and not listed):
        problem = "is missing" if member not in document else f"is {show(listed)}"
        where = f"/{member}" if member in document else ""
        faults.append(Fault(where, f"{member} {problem}; expected a list of objects, each with a name."))
        return {}
    named: dict[str, tuple[int, dict[str, Any]]] = {}
    for position, each in enumerate(islice(listed, len(known) + LISTED_FAULTS + 1)):
        place = f"/{member}/{position}"
        name = each.get("name") if type(each) is dict else None
        if type(name) is not str:
            faults.append(Fault(place, f"{member}[{position}] is {show(each)}; expected an object with a name."))
        elif name not in known:
            faults.append(Fault(f"{place}/name", f"{member}[{position}].name is {quote(name)}. {available(known)}"))
        elif name in named:
            faults.append(
                Fault(f"{place}/name", f"{member}[{position}].name is {quote(name)} again; expected each once.")
            )
        else:
            faults.extend(_refused_parameters(each, place, f"{member}[{position}]."))
            named[name] = (position, each)
    return named


def _tensors(named: Mapping[str, tuple[int, dict[str, Any]]], model: Model, faults: list[Fault]) -> dict[str, Tensor]:
    tensors = {}
    types = {each.name: each for each in model.inputs}
    for name, (position, document) in named.items():
        tensor, misfits = read_tensor(document, types[name], f"/inputs/{position}")
        faults.extend(misfits)
        if tensor:
            tensors[name] = tensor
        if len(faults) > LISTED_FAULTS:
            break
    missing = (each for name, each in types.items() if named and name not in named)
    faults += [
        Fault("/inputs", f'inputs has no "{each.name}"; expected a tensor of {each.datatype}.') for each in missing
    ]
    return tensors


def _row_count(tensors: Mapping[str, Tensor], named: Mapping[str, tuple[int, dict[str, Any]]]) -> int:
    first, *others = tensors.items()
    rows = first[1].shape[0]
    unequal = [
        Fault(
            f"/inputs/{named[name][0]}/shape",
            f'inputs["{name}"] has {tensor.shape[0]} rows; expected {rows} as in inputs["{first[0]}"].',
        )
        for name, tensor in others
        if tensor.shape[0] != rows
    ]
    if unequal:
        raise DoesNotFit(unequal)
    return rows
