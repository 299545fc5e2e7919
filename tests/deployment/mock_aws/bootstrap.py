"""A function's process: events come in as lines of JSON, answers go out as lines of JSON."""

import importlib
import json
import logging
import os
import sys
import time


class Context:
    """What the functions read of Lambda's context."""

    aws_request_id = "00000000-0000-4000-8000-000000000000"

    def __init__(self, timeout_s: float, invoked_function_arn: str) -> None:
        self.invoked_function_arn = invoked_function_arn
        self._end = time.monotonic() + timeout_s

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


def main() -> None:
    # What the function prints is its log, not its answer.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    logging.basicConfig()
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    for line in sys.stdin:
        context = Context(float(os.environ["TIMEOUT_S"]), os.environ["INVOKED_ARN"])
        try:
            answer = {"failed": False, "result": handler(json.loads(line), context)}
        except Exception as error:
            fault = {"errorType": type(error).__name__, "errorMessage": str(error)}
            answer = {"failed": True, "result": fault}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
