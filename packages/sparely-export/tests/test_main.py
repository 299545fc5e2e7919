"""`python -m sparely_export`, and the models that the service ships."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sparely_export.__main__ import MODELS, main
from sparely_export.manifest import versions
from support.samples import SAMPLES

FILES = ("model.onnx", "manifest.json", "golden.json")
SERVICE = Path(__file__).parents[2]
RECORDED = json.loads((MODELS / "winery" / "cultivar" / "manifest.json").read_text())["training"]["versions"]

same_versions = pytest.mark.skipif(versions() != RECORDED, reason=f"shipped models were made with {RECORDED}")
same_machine = pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"), reason="shipped models were made on x86_64"
)


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below the folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """The sample models exported by two processes that order sets differently."""
    folders = [tmp_path_factory.mktemp("models") for _ in range(2)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "sparely_export", "--models", str(folder)],
            cwd=SERVICE,
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL,
        )
        for seed, folder in enumerate(folders, start=1)
    ]
    assert [process.wait(timeout=300) for process in processes] == [0, 0]
    return [files(folder) for folder in folders]


def without_last_bits(manifest: bytes) -> dict[str, Any]:
    """Return a manifest without what the processor's float32 arithmetic decides: the largest difference."""
    content: dict[str, Any] = json.loads(manifest)
    del content["version"], content["parity"]["largest_difference"]
    return content


def test_two_processes_write_the_same_bytes(exports: list[dict[str, bytes]]) -> None:
    """An export depends on nothing but its inputs: not on hash seeds, the clock or chance."""
    first, second = exports

    assert len(first) == 3 * len(SAMPLES)
    assert first == second


@pytest.mark.parametrize("name", SAMPLES)
@same_versions
@same_machine
def test_shipped_model_is_what_training_gives(name: str, exports: list[dict[str, bytes]]) -> None:
    """The files in src/models are those that `make models` writes."""
    fresh, shipped = exports[0], files(MODELS)

    for file in ("model.onnx", "golden.json"):
        assert shipped[f"{name}/{file}"] == fresh[f"{name}/{file}"]
    manifest = f"{name}/manifest.json"
    assert without_last_bits(shipped[manifest]) == without_last_bits(fresh[manifest])


def test_only_the_sample_models_are_shipped_by_training() -> None:
    """Every sample model has its three files, and no export has left others among them."""
    expected = {f"{name}/{file}" for name in SAMPLES for file in FILES}

    assert expected <= set(files(MODELS))
    assert [path for path in files(MODELS) if "/." in f"/{path}"] == []


def test_progress_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each model has a line when it begins and a report when it is done."""
    main(["--models", str(tmp_path)])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "[1/4] clinic/high-risk: fit, convert, compare ..."
    assert [line.split()[0] for line in lines[1::2]] == list(SAMPLES)
    assert all("largest difference" in line for line in lines[1::2])
