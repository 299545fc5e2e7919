"""Lambda's log lines on this terminal: START, the function's own output, END and REPORT with true figures."""

import json
import sys
from datetime import UTC, datetime
from typing import TextIO

from sparely_toolkit.local.invocation import InitFailure, Outcome


class Log:
    """
    Writes what CloudWatch Logs would show, in the text format, whatever LoggingConfig says of system logs.

    Args:
        quiet: leave out what every invocation prints; failures are still shown.
    """

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream or sys.stdout
        self.quiet = quiet

    def say(self, text: str) -> None:
        """Write a line, quiet or not."""
        self._stream.write(text + "\n")
        self._stream.flush()

    def output(self, text: str) -> None:
        """Write what a function printed."""
        if not self.quiet and text:
            self._stream.write(text)

    def start(self, request_id: str, version: str) -> None:
        """Write the START line."""
        if not self.quiet:
            self._stream.write(f"START RequestId: {request_id} Version: {version}\n")

    def end(self, request_id: str, outcome: Outcome, *, memory_mb: int, timeout_s: float) -> None:
        """Write END and REPORT, and before them what the platform says of a timeout or a crash."""
        if self.quiet and outcome.status == "success":
            return
        if outcome.status == "timeout":
            stamp = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
            self._stream.write(f"{stamp} {request_id} Task timed out after {timeout_s:.2f} seconds\n\n")
        if outcome.error_type in ("Runtime.ExitError", "Runtime.OutOfMemory"):
            self._stream.write(f"{json.loads(outcome.payload)['errorMessage']}\nRuntime.ExitError\n")
        self._stream.write(f"END RequestId: {request_id}\n{_report(request_id, outcome, memory_mb)}\n")
        self._stream.flush()

    def init_failed(self, phase: str, failure: InitFailure, printed: str) -> None:
        """Write the line that Lambda writes when an init ends badly; in quiet mode also what was printed."""
        if self.quiet:
            self._stream.write(printed)
        kind = f"\tError Type: {failure.error_type}" if failure.error_type else ""
        figures = f"Init Duration: {failure.init_ms:.2f} ms\tPhase: {phase}\tStatus: {failure.status}"
        self.say(f"INIT_REPORT {figures}{kind}")


def _report(request_id: str, outcome: Outcome, memory_mb: int) -> str:
    peak = "unknown" if outcome.peak_memory_mb is None else f"{outcome.peak_memory_mb} MB"
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {outcome.duration_ms:.2f} ms",
        f"Billed Duration: {outcome.billed_ms} ms",
        f"Memory Size: {memory_mb} MB",
        f"Max Memory Used: {peak}",
    ]
    if outcome.init_ms is not None:
        parts.append(f"Init Duration: {outcome.init_ms:.2f} ms")
    return "\t".join([*parts, *_status(outcome)])


def _status(outcome: Outcome) -> list[str]:
    # An exception that the function raised leaves no trace here, only what ends the environment does.
    if outcome.status == "timeout":
        return ["Status: timeout"]
    if outcome.error_type.startswith(("Runtime.", "Function.")):
        return ["Status: error", f"Error Type: {outcome.error_type}"]
    return []
