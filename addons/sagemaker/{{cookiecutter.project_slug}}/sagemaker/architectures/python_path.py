"""What Lambda's own runtime offers a function beside its package: AWS' runtime client and boto3."""

import contextlib
import importlib.metadata
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from local.sandbox import link_runtime_client


@contextlib.contextmanager
def runtime_client() -> Iterator[Path]:
    """A folder of links to awslambdaric, boto3 and what they require, and nothing else of this environment."""
    with tempfile.TemporaryDirectory(prefix="runtime-") as folder:
        path = Path(folder)
        link_runtime_client(path)
        for package in sorted(_closure("boto3")):
            for source in _top_level(package):
                if not (path / source.name).exists():
                    (path / source.name).symlink_to(source)
        yield path


def _closure(package: str) -> set[str]:
    found, open_ends = set(), [package]
    while open_ends:
        name = open_ends.pop()
        if name not in found:
            found.add(name)
            lines = importlib.metadata.requires(name) or []
            open_ends += [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in lines if ";" not in line]
    return found


def _top_level(package: str) -> set[Path]:
    distribution = importlib.metadata.distribution(package)
    names = {file.parts[0] for file in distribution.files or [] if file.parts[0] not in ("..", "__pycache__")}
    return {Path(str(distribution.locate_file(name))) for name in names if not name.endswith(".dist-info")}
