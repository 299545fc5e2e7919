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


class Entry(Record):
    """
    What is known of a model before it is opened.

    `manifest` is the SHA-256 of manifest.json, which has that of model.onnx; `size_bytes` is the latter's.
    """

    version: str
    manifest: str
    size_bytes: int


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
            "size_bytes": os.path.getsize(os.path.join(folder, MODEL)),
        }
    for area in areas.values():
        area["columns"] = len(area["columns"])
    with open(os.path.join(root, INDEX), "w", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "areas": areas}, file, separators=(",", ":"))


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
