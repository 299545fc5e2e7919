"""Memory stays flat: every value, info and status that C makes is released."""

import sys

import pytest

from tests.engine.programs import run_program

# Over the short course a leak of any one kind of value, info, status, name or session takes 1000 KiB or more.
ALLOWED_KIB = 256

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read from /proc")


@pytest.mark.parametrize("count", [20_000, pytest.param(200_000, marks=pytest.mark.soak)])
def test_memory_is_flat_over_many_runs(count: int) -> None:
    """Numbers, strings, refused and failing runs and closed sessions leave nothing behind."""
    early, late = map(int, run_program("tests.engine.many_runs", str(count)).split())

    assert late - early < ALLOWED_KIB
