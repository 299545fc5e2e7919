"""Which library is loaded, and what is said when none can be."""

import _ctypes
import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sparely.engine import EngineError, library_version
from sparely.engine.api import Api
from sparely.engine.library import OrtApiBase, find_library, installed_library, load_library
from sparely.engine.ort_environment import OrtEnvironment

LINUX, MACOS, WINDOWS = "libonnxruntime.so.1.27.0", "libonnxruntime.1.27.0.dylib", "onnxruntime.dll"
SOURCES = Path(__file__).parents[2] / "src"


def file(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(b"no library")
    return path


def found(packages: Path, *path: Path, environ: dict[str, str] | None = None, platform: str = "linux") -> str:
    return find_library(
        packages=str(packages),
        path=[str(folder) for folder in path],
        environ=environ or {},
        platform=platform,
    )


@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ("linux", LINUX),
        ("linux", "libonnxruntime.so"),
        ("darwin", MACOS),
        ("darwin", "libonnxruntime.dylib"),
        ("win32", WINDOWS),
    ],
)
def test_each_systems_name_is_found_in_the_package(tmp_path: Path, platform: str, name: str) -> None:
    """The library beside the engine's package is found by the name it has on that system."""
    file(tmp_path / "lib", "libonnxruntime_providers_shared.so")
    file(tmp_path / "lib", "onnxruntime_providers_shared.dll")
    expected = file(tmp_path / "lib", name)

    assert found(tmp_path, platform=platform) == str(expected)


@pytest.mark.parametrize(("platform", "name"), [("linux", LINUX), ("darwin", MACOS), ("win32", WINDOWS)])
def test_an_installed_wheel_serves_without_a_package(tmp_path: Path, platform: str, name: str) -> None:
    """The first folder of the path that has onnxruntime's capi/ gives the library."""
    archive = file(tmp_path, "packages.zip")
    expected = file(tmp_path / "site" / "onnxruntime" / "capi", name)
    file(tmp_path / "later" / "onnxruntime" / "capi", name)

    library = found(tmp_path, archive, tmp_path / "site", tmp_path / "later", platform=platform)

    assert library == str(expected)


def test_the_package_goes_before_an_installed_wheel(tmp_path: Path) -> None:
    """What was built is what runs, whatever else is installed."""
    expected = file(tmp_path / "lib", LINUX)
    file(tmp_path / "site" / "onnxruntime" / "capi", LINUX)

    assert found(tmp_path, tmp_path / "site") == str(expected)


def test_the_environment_variable_goes_before_all(tmp_path: Path) -> None:
    """ENGINE_LIBRARY is taken as it is."""
    file(tmp_path / "lib", LINUX)

    assert found(tmp_path, environ={"ENGINE_LIBRARY": "/elsewhere/lib.so"}) == "/elsewhere/lib.so"


def test_a_missing_library_tells_where_it_was_sought(tmp_path: Path) -> None:
    """Every place that was looked into is in the sentence, and what to do."""
    site = tmp_path / "site"
    file(site / "onnxruntime" / "capi", "libonnxruntime_providers_shared.so")

    with pytest.raises(EngineError) as caught:
        found(tmp_path, site)

    assert str(caught.value) == (
        "onnxruntime's C library was not found. Set ENGINE_LIBRARY to its path, put it into lib/ or install "
        f"onnxruntime. Looked in: {tmp_path / 'lib'}, {site / 'onnxruntime' / 'capi'}."
    )


def test_a_file_that_is_no_library_is_refused(tmp_path: Path) -> None:
    """A text file in the library's place is named with the loader's reason."""
    path = str(file(tmp_path, LINUX))

    with pytest.raises(EngineError) as caught:
        load_library(path)

    start = f"{path} is no onnxruntime library that the engine can use: loading it failed ("
    assert str(caught.value).startswith(start)


def test_another_library_is_refused() -> None:
    """A library without onnxruntime's entry is named with the symbol it lacks."""
    path = _ctypes.__file__

    with pytest.raises(EngineError) as caught:
        load_library(path)

    reason = "it has no symbol OrtGetApiBase"
    assert str(caught.value) == f"{path} is no onnxruntime library that the engine can use: {reason}."


def test_a_library_without_the_api_version_is_refused() -> None:
    """A library that gives no table for the version asked is named with its own version."""
    get_api = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint32)(lambda version: None)
    get_version = load_library(installed_library()).GetVersionString

    with pytest.raises(EngineError) as caught:
        Api(OrtApiBase(get_api, get_version), "old.so")

    reason = f"onnxruntime {library_version()} does not offer version 15 of its C API"
    assert str(caught.value) == f"old.so is no onnxruntime library that the engine can use: {reason}."


def test_the_version_is_the_librarys_own() -> None:
    """What the library says of itself is the version in its file's name or its wheel."""
    version = library_version()

    assert version.count(".") == 2
    if ".so." in installed_library():
        assert installed_library().endswith(f".so.{version}")


def test_telemetry_is_off_before_the_library_loads() -> None:
    """Loading sets the variable that newer onnxruntime reads, also where it was set otherwise."""
    program = "import os; from sparely.engine import library_version; library_version(); print(os.environ['ORT_DISABLE_TELEMETRY'])"

    assert run_python(program, ORT_DISABLE_TELEMETRY="0") == "1"


def test_the_engine_imports_nothing_heavy() -> None:
    """Neither numpy nor onnxruntime's Python module is imported to serve; ctypes' own imports are Python's affair."""
    program = "import sys, ctypes; own = set(sys.modules); from sparely import engine; engine.library_version()"

    told = run_python(f"{program}; print(*sorted(set(sys.modules) - own))")

    assert "sparely.engine.library" in told.split()
    modules = {name.partition(".")[0] for name in told.split()}

    heavy = {
        "numpy",
        "onnxruntime",
        "onnx",
        "pathlib",
        "json",
        "logging",
        "asyncio",
        "subprocess",
        "threading",
    }
    assert modules & heavy == set()


def test_the_library_can_be_loaded_twice() -> None:
    """A second environment over the same file serves as the first does."""
    assert OrtEnvironment(installed_library()).api.version == library_version()


def run_python(program: str, **variables: str) -> str:
    """What a fresh interpreter prints."""
    environ = {**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout.strip()
