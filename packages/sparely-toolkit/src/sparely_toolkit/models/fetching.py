"""A model that a registry keeps, brought here before its export, by the environment that has the registry's client."""

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FETCH = "sparely_export.registries"
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/")
"""Such as models:/churn@champion or s3://bucket/churn.joblib; what there is before the colon, the program says."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """
    A file of a model.

    Attributes:
        options: what the export is told of it beside the file.
        versions: of the packages that it was fitted with, and of "python", where a registry tells.
        source: where it came from, as the manifest of a model keeps it; empty where no registry is asked.
    """

    file: str
    options: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)


def is_address(model: str) -> bool:
    """Whether MODEL is in a registry."""
    return ADDRESS.match(model) is not None


@contextmanager
def local_model(model: str, run: Callable[[Sequence[str]], str]) -> Iterator[LocalModel]:
    """
    A model's file: itself, or for as long as the block runs what a registry gave.

    Args:
        run: runs the interpreter that exports models with arguments, and returns what it prints.

    Raises:
        NotExported: it cannot be fetched, as `run` says.
    """
    if not is_address(model):
        yield LocalModel(model)
        return
    with tempfile.TemporaryDirectory() as folder:
        record = Path(run(["-m", FETCH, model, folder]).splitlines()[-1])
        content = json.loads(record.read_text("utf-8"))
        file, told = record.parent / content["file"], ("--fetched", str(record))
        yield LocalModel(str(file), told, content["versions"], content["source"])
