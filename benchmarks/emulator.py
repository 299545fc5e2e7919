"""One function under AWS' runtime interface emulator, which times its init and its invocations."""

import http.client
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.processor import join, pin_to_function_core
from tests.support.servers import free_port

START_LIMIT_S = 10
ANSWER_LIMIT_S = 120
INVOCATIONS = "/2015-03-31/functions/function/invocations"
# The Init Duration of the emulator's REPORT line ends before the runtime starts (its issue 106); this line is right.
INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")
INVOCATION = re.compile(r"INVOKE RTDONE\(status: success.*?duration: ([\d.]+)ms\)")


def emulator_binary() -> Path:
    """`aws-lambda-rie`, which ships inside aws-sam-cli."""
    spec = importlib.util.find_spec("samcli")
    if spec is None or spec.origin is None:
        raise RuntimeError("aws-sam-cli is not installed.")
    return Path(spec.origin).parent / "local" / "rapid" / "aws-lambda-rie-x86_64"


class Emulator:
    """
    A function that starts with its first event, as the emulator does it.

    Args:
        artifact: what Lambda would unpack into /var/task; nothing is written there.
        runtime_client: a folder with awslambdaric.
        group: the control group that limits its processor time, if any.
    """

    def __init__(self, artifact: Path, handler: str, runtime_client: Path, group: Path | None = None) -> None:
        self._artifact, self._handler, self._runtime_client, self._group = artifact, handler, runtime_client, group
        self._port = free_port()
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed by __exit__)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command(),
            cwd=self._artifact,
            env=self._environment(),
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
            preexec_fn=pin_to_function_core,
        )
        try:
            if self._group:
                join(self._group, self._process.pid)
            self._connection = self._connect()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._stop()
        self._log.close()

    def invoke(self, event: bytes) -> tuple[Any, float]:
        """Send an event; return the function's answer and the ms that its caller waited."""
        began = time.perf_counter()
        self._connection.request("POST", INVOCATIONS, event)
        answer = self._connection.getresponse().read()
        waited_ms = (time.perf_counter() - began) * 1_000
        document = json.loads(answer)
        if not isinstance(document, dict) or "errorMessage" in document:
            raise RuntimeError(f"The function failed: {answer[:500]!r}\n{self._read_log()[-3_000:]}")
        return document, waited_ms

    def init_ms(self) -> float:
        """From the runtime's start to its first request for work, by the emulator's clock."""
        line = INIT.search(self._read_log())
        if line is None:
            raise RuntimeError(f"The emulator reported no init:\n{self._read_log()[-3_000:]}")
        return float(line.group(1))

    def durations_ms(self) -> list[float]:
        """Of each invocation in order, by the emulator's clock; the caller's HTTP is not in it."""
        return [float(each) for each in INVOCATION.findall(self._read_log())]

    def peak_memory_mb(self) -> float:
        """Highest resident size of the function's process so far, in MB of 2**20 bytes as Lambda counts."""
        return max(_peak_kb(pid) for pid in self._children()) / 1024

    def processor_ms(self) -> float:
        """What the function's process has had of processors so far, from its start on; waiting for one is not in it."""
        return sum(_on_processor_ns(pid) for pid in self._children()) / 1e6

    def _children(self) -> list[int]:
        threads = Path(f"/proc/{self._process.pid}/task").iterdir()
        return [int(pid) for thread in threads for pid in (thread / "children").read_text("utf-8").split()]

    def _command(self) -> list[str]:
        interpreter = str(getattr(sys, "_base_executable", None) or sys.executable)
        return [
            str(emulator_binary()),
            *("--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"),
            *("--runtime-api-address", f"127.0.0.1:{free_port()}"),
            *(interpreter, "-S", "-P", "-m", "awslambdaric", self._handler),
        ]

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": f"{self._artifact}{os.pathsep}{self._runtime_client}",
            "PYTHONDONTWRITEBYTECODE": "1",  # /var/task is read-only on Lambda
            "HOME": tempfile.gettempdir(),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "AWS_REGION": "us-east-1",
            "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(ANSWER_LIMIT_S),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "LAMBDA_TASK_ROOT": str(self._artifact),
            "ORT_DISABLE_TELEMETRY": "1",
            "POWERTOOLS_SERVICE_NAME": "benchmark",
            "POWERTOOLS_METRICS_NAMESPACE": "Predictions",
            "POWERTOOLS_LOG_LEVEL": "INFO",
        }

    def _connect(self) -> http.client.HTTPConnection:
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_LIMIT_S)
            try:
                connection.connect()
            except OSError:
                time.sleep(0.01)
            else:
                return connection
        raise RuntimeError(f"The emulator did not start:\n{self._read_log()}")

    def _stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=START_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read_log(self) -> str:
        return os.pread(self._log.fileno(), 100_000_000, 0).decode("utf-8", "replace")


def _peak_kb(pid: int) -> int:
    line = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    return int(line.group(1)) if line else 0


def _on_processor_ns(pid: int) -> int:
    """Of all threads that a process has. Source: https://docs.kernel.org/scheduler/sched-stats.html."""
    return sum(
        int((thread / "schedstat").read_text("utf-8").split()[0]) for thread in Path(f"/proc/{pid}/task").iterdir()
    )
