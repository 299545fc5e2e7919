"""
Run inside a package: the handler's time per one-row request without own code and with a trivial step of each kind.

    python own_code_probe.py PAIRS DESCRIPTOR FOLDER < events.json

FOLDER has a folder for each step of a model, whose models have it. Two are timed in turns, once the one first, once the
other; times are the thread's own on its processor, so that what else runs on the machine does not count.
The handler's lines go to standard output, which its caller sends to /dev/null; the result goes to DESCRIPTOR.
"""

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median
from time import thread_time_ns
from typing import Any

from sparely import Service
from sparely.handler import routes as ours
from sparely.handler.body import read_json
from sparely.handler.dispatch import respond
from sparely.handler.drift import count_outside
from sparely.handler.response import predicted
from sparely.handler.validation import read_instances

REQUESTS = 50
PREDICT = "POST /predict/{area}/{model}"
APP: Any = import_module("handler.app")  # the package's, which this repository does not hold

Call = Callable[[dict[str, Any]], Any]


class Context:
    aws_request_id = "8f7c1a52-0000-4000-8000-000000000000"


def predict(request: Any, group: Any, registry: Any, timing: Any) -> Any:
    """What answers where no model can have steps: `_predict` of the routes without the question whether one has."""
    most_parts = ours.most_parts(len(group.schema.names))
    rows = read_instances(read_json(request, most_parts=most_parts), group.schema, most_rows=ours.MOST_ROWS)
    timing.mark("parse")
    predictions = [ours._ask(model, packing, rows) for model, packing in group.members]
    timing.mark("infer")
    outside = {name: count_outside(rows, seen) for name, seen in group.seen.items()}
    return predicted([model.manifest for model, _ in group.members], predictions, outside)


def bare() -> Call:
    """The way of a request that knows no own code, on the models of the package's own service."""
    find, _ = ours.ROUTES[PREDICT]
    routes = {**ours.ROUTES, PREDICT: (find, predict)}
    return lambda event: respond(event, Context, routes, APP.service.registry)


def called(service: Service) -> Call:
    return lambda event: service(event, Context)


def with_steps(folder: Path) -> dict[str, Call]:
    """A service for each step that there is, by its name."""
    services = {name: Service(str(folder / name / "handler" / "app.py")) for name in ("prepare", "present")}
    for name in ("before", "after"):
        services[f"@service.{name}"] = Service(APP.__file__)
    services["@service.before"].before(lambda request: request)
    services["@service.after"].after(lambda request, answer: answer)
    return {name: called(service) for name, service in services.items()}


def time_ns(call: Call, event: dict[str, Any]) -> int:
    began = thread_time_ns()
    call(event)
    return thread_time_ns() - began


def pair_us(one: Call, other: Call, event: dict[str, Any]) -> tuple[float, float]:
    """What a request takes of the one and of the other: of `REQUESTS` of each, asked in turns, the median."""
    times: dict[Call, list[int]] = {one: [], other: []}
    for number in range(REQUESTS):
        for call in (one, other) if number % 2 else (other, one):
            times[call].append(time_ns(call, event))
    return median(times[one]) / 1_000, median(times[other]) / 1_000


def compare(one: Call, other: Call, event: dict[str, Any], pairs: int) -> dict[str, float]:
    """Medians, in us and over the other, of the one's time; the first pair warms up."""
    times = [pair_us(one, other, event) for _ in range(pairs + 1)][1:]
    return {
        "us": median(us for us, _ in times),
        "ratio": median(us / base for us, base in times),
        "added_us": median(us - base for us, base in times),
    }


def measure(events: dict[str, dict[str, Any]], pairs: int, folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """By what is compared, and by model: a service without own code with the bare way, each step with that service."""
    without = called(APP.service)
    compared = {"without": (without, bare()), **{name: (call, without) for name, call in with_steps(folder).items()}}
    for one, other in compared.values():
        for event in events.values():
            assert one(event)["body"] == other(event)["body"]
    return {
        name: {model: compare(one, other, event, pairs) for model, event in events.items()}
        for name, (one, other) in compared.items()
    }


if __name__ == "__main__":
    result = measure(json.load(sys.stdin), int(sys.argv[1]), Path(sys.argv[3]))
    sys.stdout.flush()
    os.write(int(sys.argv[2]), json.dumps(result).encode())
