"""The models that the contract is about: manifests with their golden rows, by area."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparely.manifest import Manifest, parse_manifest


@dataclass(frozen=True)
class DescribedModel:
    """One model: its manifest, and rows with their answers."""

    manifest: Manifest
    instances: Sequence[Mapping[str, Any]]
    predictions: Sequence[Mapping[str, Any]]

    @property
    def title(self) -> str:
        """The name as a type of a client has it: `HighRisk` for high-risk."""
        return title(self.manifest.name)


def read_models(root: Path) -> dict[str, list[DescribedModel]]:
    """The models under `root`/<area>/<model> by area, in order of name."""
    areas: dict[str, list[DescribedModel]] = {}
    for path in sorted(root.glob("*/*/manifest.json")):
        golden = json.loads(path.with_name("golden.json").read_text("utf-8"))
        model = DescribedModel(parse_manifest(path.read_bytes()), golden["instances"], golden["predictions"])
        areas.setdefault(model.manifest.area, []).append(model)
    return areas


def title(name: str) -> str:
    """`high-risk` as `HighRisk`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))
