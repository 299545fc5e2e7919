"""
The program that `package.profile` runs inside a package, in an interpreter that sees nothing else.

It imports next to nothing before the handler, so that init and memory are the package's.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any


def main() -> None:
    """Import the handler, answer requests, and write to a descriptor what both took."""
    work = json.load(sys.stdin)
    cpu_before_ms = time.process_time() * 1_000
    from handler.app import lambda_handler  # type: ignore[import-not-found]  # the package has it

    init = {
        "interpreter_cpu_ms": cpu_before_ms,
        "init_cpu_ms": time.process_time() * 1_000,
        "init_wall_ms": (time.monotonic() - work["began"]) * 1_000,
    }
    figures = {**init, **_answer(lambda_handler, work["events"], work["requests"]), "peak_memory_mb": _peak_memory_mb()}
    os.write(work["result"], json.dumps(figures).encode())


class Context:
    """The part of Lambda's context object that the handler reads."""

    aws_request_id = "8f7c1a52-0000-4000-8000-000000000000"


def _answer(handler: Callable[[Any, Any], Any], events: list[dict[str, Any]], requests: int) -> dict[str, Any]:
    context = Context()
    for event in events:
        answer = handler(event, context)
        if answer["statusCode"] != 200:
            raise SystemExit(f"{event['rawPath']} was answered by {answer['statusCode']}: {answer['body']}")
    wall_ms = []
    began_cpu = time.process_time()
    for number in range(requests):
        began = time.perf_counter()
        handler(events[number % len(events)], context)
        wall_ms.append((time.perf_counter() - began) * 1_000)
    return {"request_cpu_ms": (time.process_time() - began_cpu) * 1_000 / requests, "request_wall_ms": wall_ms}


def _peak_memory_mb() -> float:
    """Highest resident size of this process: VmHWM where there is one, for getrusage keeps the parent's across exec."""
    try:
        with open("/proc/self/status", encoding="utf-8") as file:  # noqa: PTH123 (pathlib would be loaded for it)
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024
    except (OSError, StopIteration):
        import resource  # not on Windows

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
