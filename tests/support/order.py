"""The order of a package's tests: files that build, serve or train begin first, so that none of them ends last."""

import pytest

WAITING = ("test_locks.py", "test_upgrading.py", "test_where.py")
"""Those that wait for a registry more than for a core: the first, beside which the others go on."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests before the others; a file's tests stay together and as they were."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path.name not in WAITING, item.path not in slow))
