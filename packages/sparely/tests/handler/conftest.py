"""A models folder of toys, and calls to the service as the gateway makes them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sparely.handler.registry import Registry, load_models
from sparely_toolkit.contract.sample_events import event
from support.sample_service import SERVICE
from support.toys import toy_manifest, toy_model
from tests.handler.echo import put_echo


@dataclass(frozen=True)
class Reply:
    """The function's answer with its body parsed."""

    status: int
    headers: dict[str, str]
    document: Any


@pytest.fixture
def call(context: Any) -> Callable[..., Reply]:
    """Send one request through the handler; a document that is not text is sent as JSON."""

    def send(method: str, target: str, document: Any = b"", **how: Any) -> Reply:
        body = document if isinstance(document, str | bytes) else json.dumps(document)
        answer = SERVICE(event(method, target, body, **how), context)
        return Reply(answer["statusCode"], answer["headers"], json.loads(answer["body"] or "null"))

    return send


@pytest.fixture
def put_model(tmp_path: Path) -> Callable[..., Path]:
    """Write a toy model under a models folder and return the model's own folder."""

    def write(area: str = "toys", name: str = "sum", *, then: str = "", **changes: Any) -> Path:
        folder = tmp_path / "models" / area / name
        folder.mkdir(parents=True)
        content = toy_model(2, then)
        (folder / "model.onnx").write_bytes(content)
        (folder / "manifest.json").write_text(json.dumps(toy_manifest(area, name, content, **changes)), "utf-8")
        return folder

    return write


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The service's models and, in an area of its own, the one that echoes."""
    root = tmp_path_factory.mktemp("echo") / "models"
    put_echo(root)
    toys, samples = load_models(str(root)), SERVICE.registry
    patch = pytest.MonkeyPatch()
    patch.setattr(SERVICE, "registry", Registry({**samples.areas, **toys.areas}, {**samples.models, **toys.models}))
    yield
    patch.undo()
