"""The models that samples are made of."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class SampleModel(NamedTuple):
    """A model's manifest with its golden rows."""

    manifest: Mapping[str, Any]
    instances: Sequence[Mapping[str, Any]]

    @property
    def name(self) -> str:
        return str(self.manifest["name"])

    @property
    def area(self) -> str:
        return str(self.manifest["area"])


class NoModels(Exception):
    """There is nothing to make samples of."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: no model with a golden.json.")


def read_models(folder: Path) -> list[SampleModel]:
    """
    Read `<area>/<model>/` below `folder`, in order of their names.

    Raises:
        NoModels: there is none.
    """
    models = [
        SampleModel(
            json.loads(file.with_name("manifest.json").read_text("utf-8")),
            json.loads(file.read_text("utf-8"))["instances"],
        )
        for file in sorted(folder.glob("*/*/golden.json"))
    ]
    if not models:
        raise NoModels(folder)
    return models
