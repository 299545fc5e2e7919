"""The log of the local service of a run."""

from sparely_toolkit.loadtest import invocations

LOG = """Serving prediction-service/PredictFunction on http://127.0.0.1:3451
START RequestId: a Version: 1
END RequestId: a
REPORT RequestId: a\tDuration: 1.43 ms\tBilled Duration: 124 ms\tMemory Size: 512 MB\tMax Memory Used: 43 MB\t\
Init Duration: 121.96 ms
REPORT RequestId: b\tDuration: 0.95 ms\tBilled Duration: 1 ms\tMemory Size: 512 MB\tMax Memory Used: 44 MB
REPORT RequestId: c\tDuration: 2.00 ms\tBilled Duration: 2 ms\tMemory Size: 512 MB\tMax Memory Used: unknown
"""


def test_reports_tell_cold_starts_billing_and_memory() -> None:
    """Lambda's own lines say what a client cannot see."""
    found = invocations.read(LOG)

    assert found.durations_ms == (1.43, 0.95, 2.0)
    assert found.inits_ms == (121.96,)
    assert (found.cold_starts, found.billed_ms, found.peak_memory_mb) == (1, 127, 44)


def test_the_servers_last_line_tells_how_many_were_throttled() -> None:
    """A run that had none has no such line."""
    found = invocations.read(f"{LOG}Throttled in all: 7 requests, as 10 were running.\n")

    assert (found.throttled, found.running) == (7, 10)
    assert invocations.read(LOG).throttled == 0
