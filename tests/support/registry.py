"""The package registry, asked for what uv's cache has not heard lately: a lock asks hundreds of questions."""

import os
from pathlib import Path

import pytest
from pip._internal.models.index import PyPI

CACHE = Path(__file__).resolve().parents[2] / ".cache"
# What uv has heard of packages counts for a day, and what a file holds never changes. uv takes such settings of a
# registry by its address alone; the usual one is written where pip has it.
SETTINGS = f"""\
[[index]]
url = "{PyPI.simple_url}"
default = true
cache-control = {{ api = "max-age=86400", files = "max-age=31536000" }}
"""
OWN = ("UV_CONFIG_FILE", "UV_NO_CONFIG", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL")
"""By these whoever runs the tests says where packages are; theirs is asked as they say."""


def asked_seldom(patch: pytest.MonkeyPatch) -> None:
    """Let uv's cache answer in this process and in what it starts, unless uv has settings of its user's."""
    folders = (Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")), Path("/etc"))
    if not any(name in os.environ for name in OWN) and not any((each / "uv" / "uv.toml").exists() for each in folders):
        patch.setenv("UV_CONFIG_FILE", str(_written()))


def _written() -> Path:
    """The settings as a file, written aside and renamed: other processes read it meanwhile."""
    CACHE.mkdir(exist_ok=True)
    aside = CACHE / f"uv-{os.getpid()}.toml"
    aside.write_text(SETTINGS, "utf-8")
    return aside.replace(CACHE / "uv.toml")
