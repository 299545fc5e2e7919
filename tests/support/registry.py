"""The package registry, asked for what uv's cache has not heard lately: a lock asks hundreds of questions."""

import os
from pathlib import Path

import pytest

SETTINGS = Path(__file__).with_name("uv.toml")
OWN = ("UV_CONFIG_FILE", "UV_NO_CONFIG", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL")
"""By these whoever runs the tests says where packages are; theirs is asked as they say."""


def asked_seldom(patch: pytest.MonkeyPatch) -> None:
    """Let uv's cache answer in this process and in what it starts, unless uv has settings of its user's."""
    folders = (Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")), Path("/etc"))
    if not any(name in os.environ for name in OWN) and not any((each / "uv" / "uv.toml").exists() for each in folders):
        patch.setenv("UV_CONFIG_FILE", str(SETTINGS))
