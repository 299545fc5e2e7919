"""From an older format of manifest.json and golden.json to the newer one, without the estimator."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sparely.bundle import GOLDEN, MANIFEST
from sparely.manifest import FORMAT

Document = dict[str, Any]
Step = Callable[[Document, Document], tuple[Document, Document]]

STEPS: Mapping[int, Step] = {}
"""By the format that it begins with: what makes a model's manifest and golden rows those of the next."""


def carry(models: Path) -> list[str]:
    """
    Bring every model's manifest and golden rows to the format that this version reads, and return what was carried.

    Each file is replaced at once; one that has the format already is not touched.
    """
    return [f"{file.parts[-3]}/{file.parts[-2]}" for file in sorted(models.glob(f"*/*/{MANIFEST}")) if _carry(file)]


def _carry(file: Path) -> bool:
    rows = file.with_name(GOLDEN)
    manifest, golden = (json.loads(each.read_text("utf-8")) for each in (file, rows))
    begin = manifest.get("format", 1)
    for number in range(begin, FORMAT):
        manifest, golden = STEPS[number](manifest, golden)
        manifest["format"] = number + 1
    if begin >= FORMAT:
        return False
    # Replaced one after the other: git has both as they were, should this end between the two.
    for target, document in ((rows, golden), (file, manifest)):
        scratch = target.with_name(f".{target.name}")
        scratch.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
        scratch.replace(target)
    return True
