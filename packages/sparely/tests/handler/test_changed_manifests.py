"""Manifests with a piece lost or replaced: the file is named when the model is opened, or the model answers."""

import copy
import json
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sparely.bundle import ModelLoadError
from sparely.handler.registry import Registry, load_models
from sparely_toolkit.contract.sample_events import event
from support.sample_service import SERVICE
from support.services import MODELS
from tests.handler.changed_documents import accept_less, good_documents
from tests.handler.every_kind import put_every_kind

SAMPLE, MANY = 150, 20_000
SEED = 18
JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**30, 10**400, float("nan"), "", "x", "\ud800", "\0", "a/b", "..", "a" * 300),
    *([], [[]], [None], ["x", "x"], {}, {"a": None}, {"token": 1}, {"token": "\ud800"}),
    *("FP32", "INT64", "BYTES", "number", "string", "refused", "nan", "none"),
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The samples, and a model of each kind whose features refuse some values."""
    root = tmp_path_factory.mktemp("kinds")
    put_every_kind(root)
    accept_less(root / "null-everywhere-fp32")
    kinds = [file.parent for file in (root / "null-everywhere-fp32").glob("*/manifest.json")]
    return sorted([*kinds, *(file.parent for file in MODELS.glob("*/*/manifest.json"))])


def change(manifest: Any, random: Random) -> None:
    holder = manifest
    while True:
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        key = random.choice(keys)
        if not isinstance(holder[key], dict | list) or not holder[key] or random.random() < 0.3:
            break
        holder = holder[key]
    if random.random() < 0.25:
        del holder[key]
    else:
        holder[key] = copy.deepcopy(random.choice(JUNK))


def failures(registry: Registry, context: Any) -> list[Any]:
    """What is asked of a model that has opened and is answered with a failure of ours."""
    asked: list[tuple[str, str, str]] = [
        ("GET", "/models", ""),
        *(("POST", path, json.dumps(each)) for path, each in good_documents(registry)),
    ]
    answers = [(path, SERVICE(event(method, path, body), context)) for method, path, body in asked]
    for _, answer in answers:
        answer["body"].encode()
    return [(path, answer["body"]) for path, answer in answers if answer["statusCode"] >= 500]


@pytest.mark.parametrize("count", [SAMPLE, pytest.param(MANY, marks=pytest.mark.soak)])
def test_a_changed_manifest_is_named_or_its_model_answers(
    count: int,
    folders: list[Path],
    context: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No request of anybody finds out what could be seen at once."""
    random = Random(SEED)
    opened = 0
    unnamed: list[str] = []
    for _ in range(count):
        folder, root = random.choice(folders), tmp_path / "models"
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        change(manifest, random)
        model = root / folder.parent.name / folder.name
        model.mkdir(parents=True)
        (model / "model.onnx").symlink_to(folder / "model.onnx")
        (model / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        try:
            registry = load_models(str(root))
        except ModelLoadError as error:
            unnamed += [] if str(model) in str(error) else [str(error)]
        else:
            opened += 1
            monkeypatch.setattr(SERVICE, "registry", registry)
            assert failures(registry, context) == []
        shutil.rmtree(root)
    capsys.readouterr()

    assert unnamed == []
    assert 0 < opened < count
