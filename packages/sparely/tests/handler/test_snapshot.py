"""A snapshot that many environments start from: same answers, other random numbers, true clocks."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import snapshot_restore_py  # type: ignore[import-untyped]

from sparely import Service
from support.services import TEMPLATE
from tests.handler.restored import ENVIRONMENTS

PACKAGE = Path(__file__).resolve().parents[2]
APP = TEMPLATE / "src" / "handler" / "app.py"


def environments(hooks: str) -> list[dict[str, Any]]:
    """What each environment that starts from one snapshot did."""
    variables = {
        **os.environ,
        "PYTHONPATH": str(PACKAGE),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
        "LOG_SAMPLE_RATE": "0.5",
        "POWERTOOLS_METRICS_NAMESPACE": "Predictions",
    }
    program = [sys.executable, "-m", "tests.handler.restored", str(APP), hooks]
    done = subprocess.run(program, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def restored() -> list[dict[str, Any]]:
    """As Lambda starts them, with what was registered."""
    return environments("with-hooks")


def test_open_sessions_answer_golden_rows_in_every_environment(restored: list[dict[str, Any]]) -> None:
    """The engine and its sessions are memory like any other."""
    assert [each["wrong"] for each in restored] == [[]] * ENVIRONMENTS


def test_each_draws_random_numbers_of_its_own(restored: list[dict[str, Any]]) -> None:
    """Python's, and the system's."""
    assert len({each["random"] for each in restored}) == ENVIRONMENTS
    assert len({each["of_system"] for each in restored}) == ENVIRONMENTS


def test_each_logs_a_sample_of_its_own(restored: list[dict[str, Any]]) -> None:
    """Half of forty lines: two environments that draw by themselves have the same one time in 10^12."""
    assert len({tuple(each["sampled"]) for each in restored}) == ENVIRONMENTS


def test_without_the_hook_all_of_them_draw_the_same() -> None:
    """What the test above would see if nothing were renewed, so it can fail; our own sample needs no hook."""
    copies = environments("without-hooks")

    assert len({each["random"] for each in copies}) == 1
    assert len({tuple(each["sampled"]) for each in copies}) == ENVIRONMENTS


def test_an_owners_function_is_called_in_each_after_ours(restored: list[dict[str, Any]]) -> None:
    """One value made at init, the same in all; one made anew, its own in each."""
    assert len({each["own"][0] for each in restored}) == 1
    assert len({each["own"][1] for each in restored}) == ENVIRONMENTS


def test_the_first_request_of_each_is_a_cold_start(restored: list[dict[str, Any]]) -> None:
    """Counted where its caller waits: the init of the snapshot was nobody's."""
    assert [each["cold"] for each in restored] == [[1.0]] * ENVIRONMENTS


def test_clocks_are_those_of_the_environment(restored: list[dict[str, Any]]) -> None:
    """The log's time lies within the environment's life, and the pause before it counts in no request."""
    for each in restored:
        assert each["began"] - 0.001 <= each["logged_at"] <= each["ended"]  # written in whole ms
        assert each["told_ms"] <= each["took_ms"]


def test_nothing_is_registered_where_no_snapshot_is_taken() -> None:
    """On demand there is nothing to renew; an owner's function is taken and never called."""
    before = len(snapshot_restore_py.get_after_restore())
    service = Service(str(APP))

    function = service.restored(lambda: pytest.fail("It was called."))

    assert callable(function)
    assert len(snapshot_restore_py.get_after_restore()) == before


def test_without_a_snapshot_the_runtimes_module_is_not_loaded() -> None:
    """An init on demand pays nothing for it."""
    program = f"import sys, sparely; sparely.Service({str(APP)!r}); print('snapshot_restore_py' in sys.modules)"
    variables = {**os.environ, "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}

    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
