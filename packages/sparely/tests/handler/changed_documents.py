"""Good documents of both dialects with a piece of them lost, moved or replaced by what nobody should send."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from sparely.handler.registry import Registry
from support.services import MODELS
from tests.handler.every_kind import FEATURES

ROW = {"height": 1.5, "width": 2, "count": 1, "flag": True, "word": "red"}
TENSOR_ROW: dict[str, Any] = {**ROW, "flag": 1}
ACCEPTS: dict[str, dict[str, Any]] = {
    "height": {"above": -5, "below": 1e30},
    "width": {"minimum": 0, "maximum": 3e38},
    "count": {"values": [0, 1, 2]},
    "flag": {"values": [True]},
    "word": {"values": ["red", "blue"]},
}
VALUES = {"FP32": 1.5, "FP64": 1.5, "INT64": 1, "INT32": 1, "BOOL": True, "BYTES": "x"}
NESTED = json.loads("[" * 300 + "]" * 300)
JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 1.5, 10**30, 10**400, -0.0, 5e-324, 3.4e38, 1.7e308, 2**53, 2**63, 2**64),
    *(float("nan"), float("inf"), "", "x", "1", "NaN", "\0", "\ud800", "\U0001f600", "a" * 1001, "BYTES", "FP32"),
    *([], [[]], [None], [True], [1, "a"], [[], [1]], [0] * 1001, {}, {"a": None}, {"": 1}, {"instances": []}, NESTED),
    *([1, -1], [-1], [0], [1.0], ["1"], [None, 1], [2**62, 2**62], [2**63], [10**6, 10**6]),
)
MEMBERS = (
    *("binary_data", "binary_data_size", "classification", "shared_memory_region", "raw_input_contents", "contents"),
    *("id", "inputs", "outputs", "parameters", "name", "datatype", "shape", "data", "instances", "\ud800"),
)
CUTS = ('"', "[", "]", ",", ":", "{", "}")
PIECES = ("", "[", "{", '"a":1,', "\\u0000", "\\ud800", "NaN", ",,", "-", "\ufeff")


def accept_less(folder: Path) -> None:
    """Have the models of a folder refuse some values of each feature, as estimators do."""
    for file in folder.glob("*/manifest.json"):
        manifest = json.loads(file.read_text("utf-8"))
        for feature in manifest["features"]:
            feature["accepts"] = ACCEPTS[feature["name"]]
        file.write_text(json.dumps(manifest), "utf-8")


def good_documents(registry: Registry) -> list[tuple[str, dict[str, Any]]]:
    """A path and a document for each model and dialect; rows of toys are those of `every_kind`."""
    found: list[tuple[str, dict[str, Any]]] = []
    for area, groups in registry.models.items():
        for name, group in groups.items():
            manifest = group.model.manifest
            golden = MODELS / area / name / "golden.json"
            rows = json.loads(golden.read_text("utf-8"))["instances"][:2] if golden.exists() else [ROW, ROW]
            if golden.exists() or [feature.name for feature in manifest.features] == [*FEATURES]:
                found.append((f"/predict/{area}/{name}", {"instances": rows}))
            inputs = [
                {
                    "name": each.name,
                    "datatype": each.datatype,
                    "shape": [2, len(each.features)],
                    "data": 2 * [TENSOR_ROW.get(feature, VALUES[each.datatype]) for feature in each.features],
                    "parameters": {"a": 1},
                }
                for each in manifest.inputs
            ]
            document = {"id": "x", "inputs": inputs, "outputs": [], "parameters": {"a": "b"}}
            found.append((f"/v2/models/{name}/infer", document))
    return found


def changed(seed: int, count: int, documents: list[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, str]]:
    """Path and body of so many POST requests."""
    random = Random(seed)
    for _ in range(count):
        path, good = random.choice(documents)
        document = copy.deepcopy(good)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            _change(document, random)
        body = json.dumps(document)
        if random.random() < 0.05:
            body = body.replace(random.choice(CUTS), random.choice(PIECES), random.choice((1, 2)))
        yield path, body


def _change(document: dict[str, Any], random: Random) -> None:
    holder: Any = document
    while True:
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        key = random.choice(keys) if keys else None
        if key is None or not isinstance(holder[key], dict | list) or random.random() < 0.3:
            break
        holder = holder[key]
    draw, junk = random.random(), copy.deepcopy(random.choice(JUNK))
    if isinstance(holder, dict):
        if draw < 0.2:
            holder.pop(key, None)
        else:
            holder[random.choice(MEMBERS) if draw < 0.3 or key is None else key] = junk
    elif key is None or draw < 0.1:
        holder.append(junk)
    elif draw < 0.2:
        holder.append(copy.deepcopy(holder[key]))
    elif draw < 0.3:
        del holder[key]
    else:
        holder[key] = junk
