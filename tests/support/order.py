"""The order of a package's tests: files that build, serve or train begin first, so that none of them ends last."""

from pathlib import Path

import pytest


def mark(items: list[pytest.Item], marker: pytest.MarkDecorator, places: tuple[str, ...]) -> None:
    """Mark the tests of these files and folders."""
    for item in items:
        if item.nodeid.startswith(places):
            item.add_marker(marker)


def is_left_out(path: Path, config: pytest.Config, slow: tuple[str, ...]) -> bool | None:
    """Whether nothing of a slow file is asked for, so that it need not be loaded; None leaves that to others."""
    place = path.relative_to(config.rootpath).as_posix() + "/" * path.is_dir()
    return ("not slow" in config.option.markexpr and place.startswith(slow)) or None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests before the others; a file's tests stay together and as they were."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
