"""What all tests of this package share."""

import threading
from pathlib import Path

import pytest

from sparely_toolkit.cli import progress
from support import order
from support.lambda_context import Context, context  # noqa: F401  # pytest finds the fixture here

# Tests that build, serve, lock, draw, or read and write whole documents many times; `make fast` leaves them out.
SLOW = (
    "tests/built/",
    "tests/cli/test_golden.py",
    "tests/cli/test_serving.py",
    "tests/contract/test_openapi.py",
    "tests/contract/test_own_routes.py",
    "tests/contract/test_regenerate.py",
    "tests/contract/test_rest_body.py",
    "tests/deployment/doctor/test_account.py",
    "tests/deployment/doctor/test_checks.py",
    "tests/deployment/faults/",
    "tests/deployment/rehearsal/test_bad_versions.py",
    "tests/deployment/rehearsal/test_outcome.py",
    "tests/deployment/test_client_errors.py",
    "tests/deployment/test_rollback.py",
    "tests/deployment/test_samconfig_obeyed.py",
    "tests/infrastructure/",
    "tests/loadtest/plan/",
    "tests/loadtest/test_page.py",
    "tests/local/test_faults_under_load.py",
    "tests/local/test_pages.py",
    "tests/local/test_reload.py",
    "tests/local/test_server.py",
    "tests/local/test_serving.py",
    "tests/models/test_golden_rows.py",
    "tests/models/test_removing.py",
    "tests/package/test_check_package.py",
    "tests/pictures/test_live.py",
    "tests/score/columnar/test_text.py",
    "tests/testing/test_plugin.py",
    "tests/tooling/test_pre_commit.py",
    "tests/upkeep/test_locks.py",
    "tests/upkeep/test_unpacking.py",
    "tests/upkeep/test_upgrading.py",
)
STARTING = {"serve", "artifact"}
"""Fixtures that start something."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Load nothing that would be left out."""
    return order.is_left_out(collection_path, config, SLOW)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and begin with it."""
    order.mark(items, pytest.mark.slow, SLOW)
    for item in items:
        starts = isinstance(item, pytest.Function) and not STARTING.isdisjoint(item.fixturenames)
        builds = item.nodeid.startswith("tests/package/") and "built" in getattr(item, "fixturenames", ())
        if starts or builds:
            item.add_marker(pytest.mark.slow)
    order.pytest_collection_modifyitems(items)


@pytest.fixture(autouse=True)
def quiet_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a step takes on a busy machine, what a command says is compared whole."""
    monkeypatch.setattr(progress, "SILENT_S", threading.TIMEOUT_MAX)
