"""The order of a package's tests: files that build, serve or train begin first, so that none of them ends last."""

import pytest


def mark(items: list[pytest.Item], marker: pytest.MarkDecorator, places: tuple[str, ...]) -> None:
    """Mark the tests of these files and folders."""
    for item in items:
        if item.nodeid.startswith(places):
            item.add_marker(marker)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests before the others; a file's tests stay together and as they were."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
