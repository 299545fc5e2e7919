"""index.json: which models a package of many holds, written when it is built, so that none need be read at init."""

import json
import os
from collections.abc import Mapping
from typing import Any

from sparely.bundle import INDEX, MANIFEST, MODEL, ModelLoadError, model_folders, read_file, read_manifest, sha256
from sparely.record import Record

FEW = 16
"""Up to so many models are opened at init, 1.2 ms each, and need no index."""
FORMAT = 1
GROWTH = 4
"""A model while it is opened takes at most so many times its file's size: the file, its parts, and their copies."""
GROWTH_OF_TREES = {
    b'"\x0cTreeEnsemble': 38,
    b'"\x15TreeEnsembleRegressor': 14,
    b'"\x16TreeEnsembleClassifier': 14,
}
"""
By an operator's name as it stands in a file, tag and length before it: the engine makes its own nodes of trees.

A node takes some 310 bytes then, of 8 to 11 in the file as the first operator and of 36 as the others
(`python -m benchmarks.large_forest`, 2026-11-29).
"""


class Entry(Record):
    """
    What is known of a model before it is opened.

    `manifest` is the SHA-256 of manifest.json, which has that of model.onnx; `size_bytes` is the latter's, of which it
    takes `growth` times while it is opened.
    """

    version: str
    manifest: str
    size_bytes: int
    growth: int = GROWTH


class Index(Record):
    """The models by area and name, and by area how many columns a row of all its models has."""

    models: Mapping[str, Mapping[str, Entry]]
    columns: Mapping[str, int]


def write_index(root: str) -> None:
    """
    Write the index of the models under `root`/<area>/<model>; of few models there is none.

    Raises:
        ModelLoadError: a manifest is missing or does not have its shape.
    """
    folders = model_folders(root)
    if len(folders) <= FEW:
        return
    areas: dict[str, Any] = {}
    for folder in folders:
        manifest = read_manifest(folder)
        area = areas.setdefault(manifest.area, {"columns": set(), "models": {}})
        area["columns"].update(feature.name for feature in manifest.features)
        area["models"][manifest.name] = {
            "version": manifest.version,
            "manifest": sha256(read_file(os.path.join(folder, MANIFEST))).hexdigest(),
            **_memory(read_file(os.path.join(folder, MODEL))),
        }
    for area in areas.values():
        area["columns"] = len(area["columns"])
    with open(os.path.join(root, INDEX), "w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "areas": areas}, file, separators=(",", ":"))


def _memory(model: bytes) -> dict[str, int]:
    growth = max((times for name, times in GROWTH_OF_TREES.items() if name in model), default=GROWTH)
    return {"size_bytes": len(model)} | ({"growth": growth} if growth != GROWTH else {})


def read_index(root: str) -> Index | None:
    """
    Read the index of the models under `root`; None where there is none.

    Raises:
        ModelLoadError: it does not have its shape, or other models are there than it lists.
    """
    path = os.path.join(root, INDEX)
    if not os.path.exists(path):
        return None
    try:
        document = json.loads(read_file(path))
        if document["format"] != FORMAT:
            raise ModelLoadError(path, f"it has format {document['format']}, and this version reads {FORMAT}.")
        areas = document["areas"]
        models = {
            area: {name: Entry(**entry) for name, entry in part["models"].items()} for area, part in areas.items()
        }
        index = Index(models, {area: part["columns"] for area, part in areas.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelLoadError(path, f"it does not have an index's shape ({error!r}).") from None
    listed = {os.path.join(root, area, name) for area, part in models.items() for name in part}
    for folder in sorted(listed ^ set(model_folders(root))):
        fault = "which is not there" if folder in listed else "which it does not list"
        raise ModelLoadError(path, f"it was written for other models than {folder}, {fault}; build the package again.")
    return index
