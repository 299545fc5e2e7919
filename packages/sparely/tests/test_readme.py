"""What this package's page shows is so."""

import re
from pathlib import Path

import pytest

from support.services import TEMPLATE
from support.toys import toy_model

README = Path(__file__).resolve().parents[1] / "README.md"
SERVICE, ENGINE = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
SOURCE = README.parent / "src" / "sparely"


def test_the_service_is_the_one_that_is_baked() -> None:
    """The ten lines are the template's."""
    assert (TEMPLATE / "src" / "handler" / "app.py").read_text("utf-8") == SERVICE


def test_the_engine_answers_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The example runs as it stands, on a model that adds its two inputs."""
    (tmp_path / "model.onnx").write_bytes(toy_model(2))
    monkeypatch.chdir(tmp_path)

    exec(compile(ENGINE, README.name, "exec"), {})

    assert capsys.readouterr().out == "{'variable': [1.0]}\n"


def test_every_part_is_named() -> None:
    """The table is of what there is."""
    parts = {f"{each.name}/" if each.is_dir() else each.name for each in SOURCE.iterdir()}
    named = set(re.findall(r"`(\w+(?:\.py|/))`", README.read_text("utf-8")))

    assert parts - {"__init__.py", "__pycache__/", "py.typed"} <= named
