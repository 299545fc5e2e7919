"""An environment of the versions that a model was fitted with, and a Python that has them; each is made once."""

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

from uv import find_uv_bin

from sparely_toolkit.kept import cache_folder
from sparely_toolkit.models.export_environment import EXPORT, MARK
from sparely_toolkit.models.version_problems import (
    OLDEST,
    NoPython,
    TooOld,
    Unreachable,
    Unresolved,
    Unusable,
    WrongWith,
)
from sparely_toolkit.package.engine_library import ENGINE
from sparely_toolkit.project import Project

PYTHONS = ("3.14", "3.13", "3.12", "3.11")
"""That sparely-export runs on."""
OURS = ("sparely", "sparely-export")
MODULES = {"xgboost-cpu": "xgboost"}
"""Distributions that stand for another, which has the same module."""
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
NAME = re.compile(r"[A-Za-z0-9._-]+")
COMPILE = ("pip", "compile", "--quiet", "--no-header", "--no-annotate", "--python", sys.executable, "--python-version")
NO_SOLUTION, NO_VERSION = "No solution found", "there is no version of"
"""What uv says where registries have answered; anything else is about asking them."""
ONLY_WHEELS = ("--only-binary", ":all:")


@dataclass(frozen=True, slots=True)
class Ours:
    """Our packages as the environment gets them: wheels that uv finds in a folder, or sources."""

    requirements: tuple[str, ...]
    wheels: Path | None
    sources: tuple[Path, ...]


def module_of(requirement: str) -> str:
    """
    The package that a requirement such as `xgboost-cpu==2.1.4` brings, by its usual name.

    Raises:
        WrongWith: it names none.
    """
    name = NAME.match(requirement)
    if name is None:
        raise WrongWith(requirement)
    return MODULES.get(name[0].lower(), name[0].lower())


def versions_here(project: Project) -> dict[str, str]:
    """What the service's own export environment has, or will have once it is made."""
    if importlib.util.find_spec(EXPORT):
        found = [*importlib.metadata.distributions()]
    else:
        folders = project.export_environment.glob("lib/python*/site-packages")
        found = [*importlib.metadata.distributions(path=[str(folder) for folder in folders])]
    installed = {module_of(each.name): each.version for each in found if each.name}
    lock = project.requirements / "export.txt"
    locked = PINNED.findall(lock.read_text("utf-8")) if lock.is_file() else []
    return {module_of(name): version for name, version in locked} | installed


def fitted_python(project: Project, wanted: Sequence[str], progress: Callable[[str], None]) -> Path:
    """
    The interpreter of an environment with these versions and our export; made if there is none yet.

    Args:
        wanted: requirements, such as scikit-learn==1.5.2.

    Raises:
        NoPython: they exist, but for a Python that is not here.
        Unresolved, Unusable: they do not exist, or not together.
        Unreachable: nobody can be asked.
    """
    ours, found = _ours(project), _pythons(project)
    requirements = [*wanted, *_undeclared(wanted), *ours.requirements, _engine()]
    python, resolved = _resolved(project, wanted, requirements, ours, found, progress)
    digest = hashlib.sha256(f"{platform.machine()} {found[python]} {resolved} {_state(ours)}".encode()).hexdigest()
    folder = cache_folder() / f"export-{python}-{digest[:16]}"
    interpreter, mark = folder / "bin" / "python", folder / MARK
    if mark.is_file() and interpreter.exists():
        return interpreter
    progress(f"make an environment of {', '.join(wanted)} for Python {python}, once")
    lock = folder.with_name(f"{folder.name}.txt")
    _uv(project, wanted, "venv", "--no-project", "--clear", "--python", found[python], str(folder))
    lock.write_text(resolved, "utf-8")
    install = ("pip", "install", "--python", str(interpreter))
    _uv(project, wanted, *install, *ONLY_WHEELS, *_links(ours), "--requirement", str(lock))
    for source in ours.sources:
        _uv(project, wanted, *install, "--no-deps", "--editable", str(source))
    check_imports(interpreter, wanted)
    mark.touch()
    return interpreter


def check_age(wanted: Sequence[str]) -> None:
    """
    Refuse what is not asked of any registry, since no version of the export takes it.

    Raises:
        TooOld: a scikit-learn before the first that the export runs beside.
    """
    version = _scikit_learn(wanted)
    if version and _numbers(version)[: len(OLDEST)] < OLDEST:
        raise TooOld(version)


def _undeclared(wanted: Sequence[str]) -> tuple[str, ...]:
    """What early wheels need and do not say: those of scikit-learn before 1.4.2 do not load beside NumPy 2."""
    version = _scikit_learn(wanted)
    return ("numpy<2",) if version and _numbers(version) < (1, 4, 2) else ()


def _scikit_learn(wanted: Sequence[str]) -> str:
    versions: dict[str, str] = dict(PINNED.findall("\n".join(wanted)))
    return versions.get("scikit-learn", "")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", version)[:3])


def check_imports(python: Path, wanted: Sequence[str]) -> None:
    """
    Load all that the export has: that versions load together is not said by any of their metadata.

    Raises:
        Unusable: they do not.
    """
    done = subprocess.run([python, "-c", f"from {EXPORT} import *"], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise Unusable(wanted, last[:300])


def _resolved(
    project: Project,
    wanted: Sequence[str],
    requirements: Sequence[str],
    ours: Ours,
    found: Mapping[str, str],
    progress: Callable[[str], None],
) -> tuple[str, str]:
    """The first Python for which all of it can be installed, with what is installed: this one, then the newest."""
    this = f"{sys.version_info.major}.{sys.version_info.minor}"
    here = sorted((version for version in PYTHONS if version in found), key=lambda version: version != this)
    reason = ""
    for python in (*here, *(version for version in PYTHONS if version not in found)):
        progress(f"look for {', '.join(wanted)} for Python {python}")
        done = _run(project, [*COMPILE, python, *ONLY_WHEELS, *_links(ours), "-"], "\n".join(requirements))
        if done.returncode and NO_SOLUTION not in done.stderr:
            raise Unreachable(wanted, _shortened(done.stderr))
        if done.returncode:
            reason = reason or done.stderr
            if NO_VERSION in done.stderr:  # nor is there for another Python
                break
        elif python not in found:
            raise NoPython(wanted, python, [*found])
        else:
            return python, done.stdout
    raise Unresolved(wanted, _shortened(reason))


def _pythons(project: Project) -> dict[str, str]:
    """The Pythons of this machine by their minor version, as uv finds them; this one by itself."""
    command = ["python", "list", "--only-installed", "--no-python-downloads", "--output-format", "json"]
    done = _run(project, command, "")
    found: dict[str, str] = {}
    for each in json.loads(done.stdout or "[]") if done.returncode == 0 else []:
        version = ".".join(str(each["version"]).split(".")[:2])
        if each.get("implementation", "cpython") == "cpython" and version in PYTHONS and each.get("path"):
            found.setdefault(version, str(each["path"]))
    return found | {f"{sys.version_info.major}.{sys.version_info.minor}": sys.executable}


def _ours(project: Project) -> Ours:
    """As this process has them where they are under development, as `sparely unpack` has put them, or as wheels."""
    sources = _developed() or tuple(project.unpacked / name for name in OURS)
    if all(source.is_dir() for source in sources):
        lines = [line for source in sources for line in _dependencies(source)]
        return Ours(tuple(line for line in lines if NAME.match(line)[0] not in OURS), None, sources)  # type: ignore[index]
    return Ours(("sparely-export",), project.vendor, ())


def _developed() -> tuple[Path, ...]:
    if not importlib.util.find_spec(EXPORT):
        return ()
    places = [importlib.metadata.distribution(name).read_text("direct_url.json") for name in OURS]
    return tuple(Path(unquote(urlparse(json.loads(place)["url"]).path)) for place in places if place)


def _dependencies(source: Path) -> list[str]:
    lines: list[str] = tomllib.loads((source / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    return lines


def _state(ours: Ours) -> str:
    """What the environment's key counts besides the versions: equal names of wheels may hold other code."""
    if ours.wheels is None:
        return " ".join(map(str, ours.sources))
    wheels = sorted(ours.wheels.glob("*.whl"))
    return " ".join(f"{wheel.name} {hashlib.sha256(wheel.read_bytes()).hexdigest()}" for wheel in wheels)


def _links(ours: Ours) -> tuple[str, ...]:
    return ("--find-links", str(ours.wheels)) if ours.wheels else ()


def _engine() -> str:
    """onnxruntime in the version that ships."""
    versions = dict(PINNED.findall(ENGINE.read_text("utf-8")))
    return f"onnxruntime=={versions['onnxruntime']}"


def _uv(project: Project, wanted: Sequence[str], *arguments: str) -> None:
    done = _run(project, [*arguments, "--quiet"], "")
    if done.returncode:
        raise Unresolved(wanted, _shortened(done.stderr))


def _run(project: Project, arguments: Sequence[str], text: str) -> "subprocess.CompletedProcess[str]":
    """Without downloads of interpreters, and in the service's folder, which may say which Pythons there are."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PATH": _path()}
    return subprocess.run(
        [find_uv_bin(), *arguments], cwd=project.root, env=environment, input=text, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def _path() -> str:
    """Where programs are, with all Pythons that pyenv has: what it puts on the path itself runs only a chosen one."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return os.pathsep.join([os.environ.get("PATH", ""), *map(str, sorted(pyenv.glob("versions/*/bin")))])


def _shortened(reason: str) -> str:
    """uv's reason in one sentence: what follows its first "Because", or else what it failed at and the last cause."""
    lines = [line.strip(" ╰─▶×│").removeprefix("error: ") for line in reason.splitlines()]
    text = " ".join(" ".join(line for line in lines if not line.startswith("hint:")).split())
    if "Because " in text:
        text = text[text.index("Because ") :]
    elif "cause: " in text:
        causes = text.split("cause: ")
        text = f"{causes[0].strip()} ({causes[-1].strip()})"
    return (text[:400] + "...") if len(text) > 400 else (text.rstrip(".") or "uv does not say why") + "."
