"""What every model must answer: its manifest and golden rows, packed beside the checks by hooks/Makefile."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GoldenModel:
    """A model with n rows and the n predictions that its estimator gave for them."""

    manifest: Mapping[str, Any]
    instances: Sequence[Row]
    predictions: Sequence[Mapping[str, Any]]

    @property
    def name(self) -> str:
        return str(self.manifest["name"])

    @property
    def area(self) -> str:
        return str(self.manifest["area"])

    @property
    def label(self) -> str:
        """Area and name, as people say it."""
        return f"{self.area}/{self.name}"

    @property
    def version(self) -> str:
        return str(self.manifest["version"])


class NoGoldenRows(Exception):
    """The package of the checks holds nothing to check with."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds no manifest.json with a golden.json beside it.")


def load_golden(folder: Path) -> tuple[GoldenModel, ...]:
    """
    Read `<area>/<model>/` below `folder`, in order of their names.

    Raises:
        NoGoldenRows: there is no model.
    """
    models = tuple(_read(folder))
    if not models:
        raise NoGoldenRows(folder)
    return models


def _read(folder: Path) -> Iterator[GoldenModel]:
    for file in sorted(folder.glob("*/*/manifest.json")):
        rows = json.loads(file.with_name("golden.json").read_text("utf-8"))
        manifest = json.loads(file.read_text("utf-8"))
        yield GoldenModel(manifest, tuple(rows["instances"]), tuple(rows["predictions"]))
