"""The samples' own fitting scripts, run one by one as their owner runs them, and the models that the service ships."""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sparely_export.manifest import versions
from tests.support.samples import SAMPLES, SCRIPTS
from tests.support.services import MODELS

FILES = ("model.onnx", "manifest.json", "golden.json")
AREAS = ("clinic", "winery")
RECORDED = json.loads((MODELS / "winery" / "cultivar" / "manifest.json").read_text())["training"]["versions"]

same_versions = pytest.mark.skipif(versions() != RECORDED, reason=f"shipped models were made with {RECORDED}")
same_machine = pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"), reason="shipped models were made on x86_64"
)


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below the folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def without_last_bits(manifest: bytes) -> dict[str, Any]:
    """Return a manifest without what the processor's float32 arithmetic decides: the largest difference."""
    content: dict[str, Any] = json.loads(manifest)
    del content["version"], content["parity"]["largest_difference"]
    return content


def start(service: Path, script: str, seed: int) -> subprocess.Popen[str]:
    """Run one of the service's scripts, in a process that orders sets by this seed."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", f"training/{script}.py"],
        cwd=service,
        env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two services of nothing but the scripts."""
    folders = [tmp_path_factory.mktemp("service") for _ in range(2)]
    for folder in folders:
        (folder / "training").mkdir()
        for script in SCRIPTS:
            shutil.copy(script, folder / "training")
    return folders


class Ran(NamedTuple):
    """The scripts in two services, in the one the other way round: what they printed, and which areas lay there after each."""

    printed: dict[str, str]
    areas: list[list[set[str]]]


@pytest.fixture(scope="module")
def ran(services: list[Path]) -> Ran:
    """In both services every script has run when this is done."""
    printed, areas = {}, []
    for scripts in zip(AREAS, reversed(AREAS), strict=True):
        processes = [
            start(service, script, seed)
            for seed, (service, script) in enumerate(zip(services, scripts, strict=True), start=1)
        ]
        printed[scripts[0]], _ = (process.communicate(timeout=300)[0] for process in processes)
        assert [process.returncode for process in processes] == [0, 0]
        areas.append([{each.name for each in (root / "src" / "models").iterdir()} for root in services])
    return Ran(printed, areas)


@pytest.fixture(scope="module")
def exports(services: list[Path], ran: Ran) -> list[dict[str, bytes]]:
    """The sample models as two processes have written them."""
    return [files(service / "src" / "models") for service in services]


def test_each_area_has_its_script() -> None:
    """Whoever removes an area removes one file."""
    assert tuple(script.stem for script in SCRIPTS) == AREAS


def test_two_processes_write_the_same_bytes(exports: list[dict[str, bytes]]) -> None:
    """An export depends on nothing but its inputs: not on hash seeds, the clock or chance."""
    first, second = exports

    assert len(first) == 3 * len(SAMPLES)
    assert first == second


@pytest.mark.parametrize("name", SAMPLES)
@same_versions
@same_machine
def test_shipped_model_is_what_training_gives(name: str, exports: list[dict[str, bytes]]) -> None:
    """The files in src/models are those that the scripts write."""
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


@pytest.mark.parametrize("area", AREAS)
def test_progress_is_printed(area: str, ran: Ran) -> None:
    """Each model has a line when it begins and a report when it is done."""
    names = [name for name in SAMPLES if name.startswith(area)]

    lines = ran.printed[area].splitlines()
    assert lines[::2] == [f"{name}: fit, convert, compare ..." for name in names]
    assert [line.split()[0] for line in lines[1::2]] == names
    assert all("largest difference" in line for line in lines[1::2])


def test_a_script_writes_its_own_area_alone(ran: Ran) -> None:
    """What was removed does not come back because another area is fitted anew."""
    assert ran.areas == [[{"clinic"}, {"winery"}], [{*AREAS}, {*AREAS}]]
