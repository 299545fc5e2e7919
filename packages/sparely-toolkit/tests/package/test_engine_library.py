"""The engine is data of the toolkit: which wheel, by its hashes, and what of it this machine runs."""

import re
from pathlib import Path

from sparely_toolkit.package.engine_library import ENGINE, installed_library


def test_the_engine_is_pinned_with_its_hashes() -> None:
    """1.27.0 is the last but one that sends no telemetry; a registry cannot give another file of that name."""
    text = ENGINE.read_text("utf-8")

    assert re.findall(r"^(\S+)==(\S+)", text, re.MULTILINE) == [("onnxruntime", "1.27.0")]
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) > 10


def test_this_machine_has_its_library_in_the_cache(cache: Path) -> None:
    """Where the package is for another processor, it starts on the same engine, without an onnxruntime in .venv."""
    library = installed_library(cache)

    assert library.is_relative_to(cache)
    assert "1.27.0" in library.name
