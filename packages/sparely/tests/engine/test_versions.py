"""The engine's tests against the oldest, the shipped and the newest onnxruntime library."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.programs import run_program

pytestmark = pytest.mark.slow

# The answers are compared with the installed onnxruntime's Python module: the toy models' values are exact,
# so all versions agree on them. The sample models are compared within one version, in test_oracle.py.
# The shipped one is that of this environment, with which every other test of the engine runs.
VERSIONS = ["1.22.1", pytest.param("1.27.0", marks=pytest.mark.soak), "newest"]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "engine-libraries"


def wheel_library(version: str) -> str:
    """The library of that version's wheel, kept in the cache; skips where the wheel cannot be had."""
    folder = CACHE / f"{version}-{sys.platform}"
    fault = install(version, folder) if version == "newest" or not libraries(folder) else ""
    if fault and not libraries(folder):
        pytest.skip(f"onnxruntime {version}: {fault}")
    assert libraries(folder), f"the wheel of onnxruntime {version} has no C library"
    return str(libraries(folder)[0])


def libraries(folder: Path) -> list[Path]:
    patterns = ("libonnxruntime.so*", "libonnxruntime*.dylib", "onnxruntime.dll")
    return [path for pattern in patterns for path in folder.glob(f"onnxruntime/capi/{pattern}")]


def install(version: str, folder: Path) -> str:
    """Install the wheel alone into the folder; returns what went wrong, or nothing."""
    uv = shutil.which(os.environ.get("UV", "uv"))
    if uv is None:
        return "uv is neither on PATH nor named by the variable UV"
    wanted = "onnxruntime" if version == "newest" else f"onnxruntime=={version}"
    options = ["--quiet", "--upgrade", "--no-deps", "--python", sys.executable, "--target", str(folder)]
    done = subprocess.run([uv, "pip", "install", *options, wanted], capture_output=True, text=True, check=False)
    return done.stderr.strip()[-300:] if done.returncode else ""


@pytest.mark.parametrize("version", VERSIONS)
def test_the_engines_tests_pass_on_other_versions(version: str) -> None:
    """Oracle, session and packing tests pass with that version's library in the engine."""
    library = wheel_library(version)

    report = run_program(
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--deselect",
        "tests/engine/test_oracle.py::test_sample_models_equal_the_oracle",
        "tests/engine/test_oracle.py",
        "tests/engine/test_session.py",
        "tests/engine/test_packing.py",
        "tests/engine/test_library.py::test_the_version_is_the_librarys_own",
        ENGINE_LIBRARY=library,
    )

    assert " passed" in report


@pytest.mark.parametrize("version", VERSIONS)
def test_other_versions_survive_random_inputs(version: str) -> None:
    """Random inputs crash none of the versions."""
    library = wheel_library(version)

    answered, refused = map(int, run_program("tests.engine.random_inputs", "3", "3000", ENGINE_LIBRARY=library).split())

    assert answered > 300
    assert refused > 300
