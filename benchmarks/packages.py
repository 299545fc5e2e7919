"""Every contestant as the folder that Lambda would unpack, kept between runs as long as nothing changes."""

import compileall
import hashlib
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from benchmarks import CACHE, REPOSITORY, TEMPLATE
from benchmarks.roster import SERVICE, Contestant
from benchmarks.service import built_artifact
from sparely_toolkit.package.install import installed
from sparely_toolkit.package.target import Target
from tests.support.services import MODELS

CODE = Path(__file__).parent / "contestants"
SPARELY = REPOSITORY / "packages" / "sparely" / "src" / "sparely"
# A contestant with our handler brings an engine of its own; the check is another function's.
NOT_BORROWED = shutil.ignore_patterns("__pycache__", "py.typed", "engine", "check")
RUNTIME = Path(__file__).parent / "requirements" / "runtime.txt"
TARGET = Target("x86_64", f"{sys.version_info.major}.{sys.version_info.minor}")
# Neither imported by onnxruntime or numpy when a session is made, nor needed to answer.
UNUSED = (
    "onnxruntime/backend",
    "onnxruntime/capi/libonnxruntime.so*",
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
    "flatbuffers",
    "google",
    "packaging",
    "numpy/f2py",
    "numpy/testing",
    "**/tests",
    "**/*.pyi",
    "**/include",
    "*.dist-info",
    "bin",
)


def assemble(contestant: Contestant) -> Path:
    """Return the contestant's artifact, built if need be."""
    if contestant.key == SERVICE.key:
        return built_artifact()
    borrowed = dict(_borrowed(contestant))
    sources = [*_files(CODE / str(contestant.folder)), Path(__file__)]
    for folder in borrowed.values():
        sources += _files(folder)
    if contestant.models.startswith("joblib"):
        sources += _training_files()

    def fill(artifact: Path) -> None:
        _fill(contestant, borrowed, artifact)

    return _kept(contestant.key, repr(contestant), sources, fill)


def runtime_client() -> Path:
    """AWS' runtime client with what it requires and with bytecode, as Lambda's own runtime has it."""

    def fill(folder: Path) -> None:
        _link(installed(RUNTIME, TARGET, CACHE / "installed"), folder)
        _compile(folder)

    return _kept("runtime-client", "", [RUNTIME, Path(__file__)], fill)


def _borrowed(contestant: Contestant) -> Iterator[tuple[str, Path]]:
    """What a contestant has of the service's: a folder of its artifact, and where that comes from."""
    if contestant.same_handler:
        yield "sparely", SPARELY
        yield "handler", TEMPLATE / "src" / "handler"
    if contestant.models == "onnx":
        yield "models", MODELS


def _fill(contestant: Contestant, borrowed: Mapping[str, Path], artifact: Path) -> None:
    code = CODE / str(contestant.folder)
    if (code / "requirements.txt").is_file():
        _link(installed(code / "requirements.txt", TARGET, CACHE / "installed"), artifact)
    shutil.copytree(code, artifact, dirs_exist_ok=True, ignore=shutil.ignore_patterns("requirements.*", "__pycache__"))
    for name, folder in borrowed.items():
        shutil.copytree(folder, artifact / name, dirs_exist_ok=True, ignore=NOT_BORROWED)
    if contestant.models.startswith("joblib"):
        shutil.copytree(_fitted() / contestant.models, artifact / "models")
    if contestant.pruned:
        for each in [path for pattern in UNUSED for path in artifact.glob(pattern)]:
            shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)
    if contestant.bytecode:
        _compile(artifact)


def _fitted() -> Path:
    """The sample models as joblib files; pickles need the very versions that a contestant installs."""

    def fill(folder: Path) -> None:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(CACHE)}
        command = [sys.executable, "-B", "-m", "benchmarks.fitting", str(folder)]
        subprocess.run(command, cwd=REPOSITORY, env=environment, check=True)

    return _kept("models", "", _training_files(), fill)


def _training_files() -> list[Path]:
    own = Path(__file__).parent / "fitting.py"
    return [*_files(TEMPLATE / "training"), TEMPLATE / "requirements" / "export.txt", own]


def _kept(name: str, words: str, sources: Iterable[Path], fill: Callable[[Path], None]) -> Path:
    """Fill a folder that is named after what it is made of, unless it is there already."""
    digest = hashlib.sha256(f"{words}{TARGET}".encode())
    for source in sources:
        digest.update(source.name.encode() + source.read_bytes())
    home = CACHE / "packages"
    folder = home / f"{name}-{digest.hexdigest()[:12]}"
    if not folder.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        for stale in home.glob(f"{name}-????????????"):
            shutil.rmtree(stale)
        with tempfile.TemporaryDirectory(dir=home) as scratch:
            made = Path(scratch) / "made"
            made.mkdir()
            fill(made)
            made.rename(folder)
    return folder


def _files(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file() and "__pycache__" not in each.parts)


def _link(source: Path, target: Path) -> None:
    """Copy a tree by hard links: hundreds of MB several times over would wear the disk and the clock."""
    shutil.copytree(source, target, copy_function=os.link, dirs_exist_ok=True)


def _compile(tree: Path) -> None:
    prefix, sys.pycache_prefix = sys.pycache_prefix, None
    try:
        compileall.compile_dir(
            tree,
            quiet=2,
            stripdir=str(tree),
            prependdir="/var/task",
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    finally:
        sys.pycache_prefix = prefix
