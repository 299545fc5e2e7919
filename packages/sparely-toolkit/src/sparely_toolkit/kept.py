"""What takes long and comes out the same of the same content, kept for all services of this user."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def cache_folder() -> Path:
    """Where installed requirements and what is `remembered` are kept between commands."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sparely"


def recall(folder: Path, name: str) -> str:
    """What is remembered under a name; nothing where there is nothing, or it cannot be read."""
    try:
        return (folder / name).read_text("utf-8")
    except (OSError, ValueError):
        return ""


def remember(folder: Path, name: str, text: str) -> None:
    """Keep a text under a name; where nothing can be kept, it is made again the next time."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            (Path(scratch) / name).write_text(text, "utf-8")
            (Path(scratch) / name).replace(folder / name)
