"""An area's models asked one after the other, as the story's function did: kept to be measured."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sparely.manifest import Manifest
from sparely_sagemaker.proxy.endpoint import Answered

AskModel = Callable[[Manifest, bytes], Answered]


def ask_each(body: bytes, manifests: Sequence[Manifest], ask: AskModel) -> Answered:
    """
    Ask every model alone, each with its own features, and join what they say; the first fault is the answer.

    A body that is not `{"instances": [{...}]}` goes to the first model as it is, which says what is wrong.
    """
    instances = _instances(body)
    predictions: dict[str, Any] = {}
    versions: dict[str, str] = {}
    for manifest in manifests:
        answered = ask(manifest, _for_model(instances, manifest) if instances is not None else body)
        if answered.status != 200:
            return answered
        document = json.loads(answered.body)
        predictions |= document["predictions"]
        versions |= document["versions"]
    text = json.dumps({"predictions": predictions, "versions": versions}, ensure_ascii=False, separators=(",", ":"))
    return Answered(200, "application/json", text)


def _for_model(instances: Sequence[Mapping[str, Any]], manifest: Manifest) -> bytes:
    """Only what this model takes: the others' features would be refused."""
    names = [feature.name for feature in manifest.features]
    rows = [{name: row[name] for name in names if name in row} for row in instances]
    return json.dumps({"instances": rows}).encode()


def _instances(body: bytes) -> list[Mapping[str, Any]] | None:
    try:
        instances = json.loads(body)["instances"]
    except (ValueError, KeyError, TypeError):
        return None
    is_rows = isinstance(instances, list) and instances and all(isinstance(row, dict) for row in instances)
    return instances if is_rows else None
