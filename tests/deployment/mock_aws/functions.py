"""Functions run: each version as a process of this Python, which takes one event after the other."""

import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any

from moto.awslambda.models import LambdaFunction

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
# A function gets neither the test run's Python paths nor its caches.
INHERITED = ("PATH", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")


class Process:
    """One execution environment; events wait for each other."""

    def __init__(self, function: Any) -> None:
        artifact = tempfile.mkdtemp(prefix="function-")
        with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as package:
            package.extractall(artifact)
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment |= {name: str(value) for name, value in function.environment_vars.items()}
        environment |= {
            "_HANDLER": function.handler,
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
            "PYTHONPATH": artifact,
            "PYTHONDONTWRITEBYTECODE": "1",
            "TIMEOUT_S": str(function.timeout),
            "INVOKED_ARN": str(function.function_arn),
        }
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(BOOTSTRAP)],
            cwd=artifact,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, event: Any) -> tuple[str, bool]:
        """Give the function's answer as JSON, and whether it failed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            self._process.stdin.write(json.dumps(event) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line:
            return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited"}), True
        answer = json.loads(line)
        return json.dumps(answer["result"]), answer["failed"]


_processes: dict[tuple[str, str, str, str], Process] = {}
_lock = threading.Lock()


def _invoke(self: Any, event: Any = None) -> tuple[str, bool, str]:
    settings = json.dumps(self.environment_vars, sort_keys=True)
    key = (self.function_name, str(self.version), self.code_sha_256, settings)
    with _lock:
        process = _processes.get(key) or _processes.setdefault(key, Process(self))
    result, failed = process.run(event)
    return result, failed, ""


_answered_at_once = LambdaFunction.invoke


def _taken(self: Any, body: Any, request_headers: Any, response_headers: Any) -> str | bytes:
    """Take an event that nobody waits for: an execution environment of its own answers it, as the other is busy."""
    response_headers["x-amz-executed-version"] = str(self.version)
    if request_headers.get("x-amz-invocation-type") != "Event":
        return _answered_at_once(self, body, request_headers, response_headers)
    threading.Thread(target=lambda: Process(self).run(json.loads(body)), daemon=True).start()
    return ""


def install() -> None:
    """Run functions here where moto would ask Docker."""
    function: Any = LambdaFunction
    function._invoke_lambda = _invoke
    function.invoke = _taken
