"""
A program that starts a service, takes a snapshot of itself and starts three environments from it, as SnapStart would.

A fork copies memory, open sessions among it, as a snapshot does. Python seeds `random` anew in a forked process, which
no snapshot does: the state is put back by hand, or nothing would be shown.
"""

import io
import json
import os
import random
import sys
import time
from contextlib import redirect_stdout
from types import SimpleNamespace
from typing import Any

from awslambdaric import lambda_runtime_hooks_runner as hooks

from sparely import Service
from sparely.agreement import agrees
from sparely.bundle import model_folders, read_bundle

ENVIRONMENTS = 3
REQUESTS = 40
PAUSE_S = 0.3
"""Between snapshot and restore; it may be weeks."""
CONTEXT = SimpleNamespace(aws_request_id="restored")


def main(app: str, *, with_hooks: bool) -> None:
    """Print what each environment did, one JSON object a line."""
    service = Service(app)
    made_at_init = [random.random()]
    service.restored(lambda: made_at_init.append(random.random()))
    if with_hooks:
        hooks.run_before_snapshot()
    state = random.getstate()
    time.sleep(PAUSE_S)
    for _ in range(ENVIRONMENTS):
        reader, writer = os.pipe()
        if os.fork() == 0:
            random.setstate(state)
            if with_hooks:
                hooks.run_after_restore()
            os.write(writer, json.dumps(environment(service, made_at_init)).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            print(pipe.read(), flush=True)
        os.wait()


def environment(service: Service, made: list[float]) -> dict[str, Any]:
    """What one execution environment answers, draws and logs."""
    began = time.time()
    first = asked(service, read_bundle(model_folders(service.models)[0]))
    wrong = [bundle.path for bundle in map(read_bundle, model_folders(service.models)) if not right(service, bundle)]
    sampled = [bool(asked(service, read_bundle(model_folders(service.models)[0]))["lines"]) for _ in range(REQUESTS)]
    return {
        "wrong": wrong,
        "cold": first["lines"][0].get("ColdStart"),
        "sampled": sampled,
        "random": random.random(),
        "of_system": os.urandom(8).hex(),
        "own": made,
        "began": began,
        "logged_at": first["lines"][0]["_aws"]["Timestamp"] / 1000,
        "ended": time.time(),
        "took_ms": first["took_ms"],
        "told_ms": first["lines"][0]["request"]["ms"]["total"],
    }


def asked(service: Service, bundle: Any) -> dict[str, Any]:
    """A model's answer to its first golden row, what was printed, and the time by this side's clock."""
    printed, began = io.StringIO(), time.perf_counter()
    with redirect_stdout(printed):
        service({"area": bundle.area, "model": bundle.name, "instances": [bundle.instances[0]]}, CONTEXT)
    took_ms = (time.perf_counter() - began) * 1000
    return {"lines": [json.loads(line) for line in printed.getvalue().splitlines()], "took_ms": took_ms}


def right(service: Service, bundle: Any) -> bool:
    """Whether a model answers all of its golden rows."""
    with redirect_stdout(io.StringIO()):
        answer = service({"area": bundle.area, "model": bundle.name, "instances": list(bundle.instances)}, CONTEXT)
    return agrees(bundle.predictions, answer["predictions"][bundle.name], bundle.manifest.tolerance)


if __name__ == "__main__":
    main(sys.argv[1], with_hooks=sys.argv[2] == "with-hooks")
