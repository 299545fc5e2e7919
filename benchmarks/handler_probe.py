"""
Run inside a package: the handler's time per one-row request over that of the bare minimum on the same input.

    python handler_probe.py ROUNDS DESCRIPTOR < questions.json

The bare minimum is json.loads, the package's own engine, json.dumps: no validation, no log line, no metrics.
Times are the thread's own on its processor, so that what else runs on the machine does not count.
The handler's lines go to standard output, which its caller sends to /dev/null; the result goes to DESCRIPTOR.
"""

import json
import os
import sys
from array import array
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median
from time import thread_time_ns
from typing import Any

from sparely.bundle import MODEL, read_manifest
from sparely.engine import ElementType, Session, Tensor

REQUESTS = 50
app: Any = import_module("handler.app")  # the package's, which this repository does not hold
MODELS = Path(app.__file__).parents[1] / "models"
TYPES = {"FP32": ElementType.FLOAT, "BYTES": ElementType.STRING}  # those that the sample models have


class Context:
    aws_request_id = "8f7c1a52-0000-4000-8000-000000000000"


def bare(name: str) -> Callable[[str], str]:
    """Make the shortest honest function for one model: what can be worked out beforehand is."""
    (folder,) = MODELS.glob(f"*/{name}")
    manifest = read_manifest(folder)
    session = Session((folder / MODEL).read_bytes())
    inputs = [(each.name, TYPES[each.datatype], each.features) for each in manifest.inputs]
    nulls = {each.name: each.null_value for each in manifest.features}
    outputs = list(manifest.outputs.values())

    def answer(body: str) -> str:
        (row,) = json.loads(body)["instances"]
        values: dict[str, Any] = {
            feature: null if row.get(feature) is None else row[feature] for feature, null in nulls.items()
        }
        tensors = {}
        for input_name, element_type, features in inputs:
            flat = [values[feature] for feature in features]
            packed = flat if element_type is ElementType.STRING else array("f", flat)
            tensors[input_name] = Tensor(element_type, (1, len(flat)), packed)
        answers = session.run(tensors, outputs)
        return json.dumps({output: list(tensor.values) for output, tensor in answers.items()})

    return answer


def time_ns(function: Callable[[Any], Any], argument: Any) -> float:
    began = thread_time_ns()
    for _ in range(REQUESTS):
        function(argument)
    return (thread_time_ns() - began) / REQUESTS


def measure(name: str, event: dict[str, Any], rounds: int) -> dict[str, float]:
    """Medians in us of the handler, of the bare minimum and of their ratio, taken in turns."""
    minimum = bare(name)
    context = Context()

    def handle(event: dict[str, Any]) -> None:
        app.lambda_handler(event, context)

    pairs = [(time_ns(handle, event), time_ns(minimum, event["body"])) for _ in range(rounds + 1)][1:]
    sys.stdout.flush()
    return {
        "handler_us": median(one for one, _ in pairs) / 1_000,
        "bare_us": median(other for _, other in pairs) / 1_000,
        "ratio": median(one / other for one, other in pairs),
    }


if __name__ == "__main__":
    events = json.load(sys.stdin)
    result = {name: measure(name, event, int(sys.argv[1])) for name, event in events.items()}
    os.write(int(sys.argv[2]), json.dumps(result).encode())
