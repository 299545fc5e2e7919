"""The log lines of invocations."""

import io
import re

from sparely_toolkit.local.invocation import InitFailure, Outcome
from sparely_toolkit.local.report import Log
from tests.local.conftest import Serve


def written(outcome: Outcome, *, quiet: bool = False) -> str:
    stream = io.StringIO()
    Log(stream, quiet=quiet).end("id-1", outcome, memory_mb=128, timeout_s=3.0)
    return stream.getvalue()


def test_report_bills_the_init() -> None:
    """Billed duration is init and duration together, rounded up."""
    outcome = Outcome("success", b"{}", 2.41, peak_memory_mb=36, init_ms=126.53)

    assert written(outcome) == (
        "END RequestId: id-1\n"
        "REPORT RequestId: id-1\tDuration: 2.41 ms\tBilled Duration: 129 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 36 MB\tInit Duration: 126.53 ms\n"
    )


def test_report_of_a_warm_invocation_has_no_init() -> None:
    """Only a cold start has an init duration."""
    assert "Init Duration" not in written(Outcome("success", b"{}", 2.41, peak_memory_mb=36))


def test_timeout_is_reported() -> None:
    """A timeout has a line of its own and a status."""
    text = written(Outcome("timeout", b"{}", 3000.0, "Sandbox.Timedout", 36))

    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z id-1 Task timed out after 3\.00 seconds\n\n"
        r"END RequestId: id-1\n"
        r"REPORT RequestId: id-1\tDuration: 3000\.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\t"
        r"Max Memory Used: 36 MB\tStatus: timeout\n",
        text,
    )


def test_quiet_log_leaves_out_what_went_well() -> None:
    """Quiet shows failures only."""
    assert written(Outcome("success", b"{}", 1.0), quiet=True) == ""
    assert "REPORT RequestId: id-1" in written(Outcome("timeout", b"{}", 1.0), quiet=True)


def test_quiet_log_shows_what_a_failed_init_printed() -> None:
    """Without it nobody would know why."""
    stream = io.StringIO()

    Log(stream, quiet=True).init_failed("init", InitFailure("error", "Runtime.ExitError", b"", 5.0), "a reason\n")

    assert stream.getvalue() == (
        "a reason\nINIT_REPORT Init Duration: 5.00 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n"
    )


def test_functions_output_stands_between_start_and_end(serve: Serve) -> None:
    """What a function prints is shown before the END of its invocation."""
    served = serve()

    served.order("say", text="here I am")

    lines = [line.split(" ")[0] for line in served.log.splitlines()]
    assert lines == ["START", "here", "END", "REPORT"]


def test_traceback_is_readable(serve: Serve) -> None:
    """The runtime client joins a traceback's lines for CloudWatch; here each has its own line."""
    served = serve()

    served.order("fail")

    assert "[ERROR] ValueError: no such thing\nTraceback (most recent call last):\n" in served.log


def test_unfinished_line_of_a_crash_is_shown(serve: Serve) -> None:
    """What a function printed just before its process ended is not lost."""
    served = serve()

    served.order("crash", code=3)

    assert "about to crash\n" in served.log


def test_report_has_true_figures(serve: Serve) -> None:
    """A cold start reports its init and the kernel's peak of resident memory."""
    served = serve({"Memory": "512"})

    served.order("hold", mb=100)

    found = re.search(r"Max Memory Used: (\d+) MB\tInit Duration: ([\d.]+) ms", served.log)
    assert found
    assert 100 < int(found[1]) < 500
    assert float(found[2]) > 1
