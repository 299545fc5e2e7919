"""A bundle into the service: read, held against the models there, asked with the engine that ships, written."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sparely import name_conflicts
from sparely.archive import SUFFIX, InvalidArchive, moved, read_archive, replace_folder, to_text, versioned
from sparely.bundle import MANIFEST, STEPS, read_bundle, sha256
from sparely.manifest import Manifest, parse_manifest
from sparely.package_size import TooLarge, check_size
from sparely_toolkit.contract.regenerate import outdated
from sparely_toolkit.models.comparing import Limit, check_not_worse
from sparely_toolkit.models.fetching import is_address
from sparely_toolkit.package.engine_library import installed_library
from sparely_toolkit.package.package_type import package_type
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

ASKING = "sparely_toolkit.models.asking"
BEHIND = re.compile(r"\?.*$|@[^/]*$")
"""What says in an address which version or revision is meant."""
PATIENCE_S = 300
SOURCE, BUNDLE = "source", "bundle"
"""In `training` of a manifest: the registry that had the model's file, and the one that had its bundle."""
CODE = (
    "{file} holds steps.py, which is code: adding it runs it, and your service will. Go on only with a file that you, "
    "or someone you trust, made."
)


class NotTaken(Problem):
    """The bundle, or the model in it, does not pass."""

    exit_code = ExitCode.NO

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason} Nothing was written.")


class NotThere(NotTaken):
    """What was asked for is no file that can be read."""

    exit_code = ExitCode.WRONG_CALL


class NoName(NotTaken):
    """What was asked for cannot be a part of a route."""

    exit_code = ExitCode.WRONG_CALL


class NotForBundles(Problem):
    """Options that say what a bundle says already."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, file: str, options: Sequence[str]) -> None:
        super().__init__(
            f"{file} was exported already, with all that {' and '.join(options)} could say: leave out what is neither "
            "--area nor --name, or export it again."
        )


def is_bundle(model: str) -> bool:
    """Whether a file is one by its name, or by that in an address, which a version or a revision may follow."""
    return (BEHIND.sub("", model) if is_address(model) else model).lower().endswith(SUFFIX)


def take(
    project: Project,
    file: Path,
    area: str | None,
    name: str | None,
    progress: Callable[[str], None],
    limits: Sequence[Limit] = (),
    *,
    called: str = "",
    source: Mapping[str, Any] = MappingProxyType({}),
) -> Manifest:
    """
    Write the model of a bundle to its folder.

    Args:
        area, name: where it goes; otherwise as it was exported.
        limits: what it must be no worse in than the model that it replaces.
        called: what was given, a file or an address, if it is not `file` itself; messages name it.
        source: what its registry says of the bundle, which the manifest then keeps.

    Returns:
        Its manifest.

    Raises:
        NotThere: there is no such file.
        NoName: area or name cannot be a part of a route.
        NotTaken: it is no bundle, altered, conflicts with a model that is there, or does not answer its golden rows.
        Worse: a limit is not kept.
    """
    progress("read the bundle")
    called = called or str(file)
    try:
        files = read_archive(file)
        exported = parse_manifest(files[MANIFEST])
        files = _beside(project, moved(files, area or exported.area, name or exported.name))
    except InvalidArchive as error:
        kind = NotTaken if file.is_file() else NotThere
        raise kind(called, str(error).removeprefix(f"{file}: ")) from None
    except name_conflicts.NoName as error:
        raise NoName(called, str(error)) from None
    except name_conflicts.NameConflict as error:
        raise NotTaken(called, str(error)) from None
    files = _from(files, source)
    manifest = parse_manifest(files[MANIFEST])
    _check_size(project, called, manifest.path, files)
    check_not_worse(project, manifest, limits)
    if STEPS in files and is_bundle(called):  # of other files the caller has named the steps
        print(CODE.format(file=called))
    progress("ask its golden rows with the engine that ships")
    with tempfile.TemporaryDirectory() as scratch:
        _lay_out(project, called, Path(scratch), manifest, files)
        _check_describable(project, called, Path(scratch) / "models" / manifest.path)
        _ask(project, called, Path(scratch))
    replace_folder(project.models / manifest.path, files)
    return manifest


def summary(manifest: Manifest, file: str, before: Manifest | None) -> str:
    """What is said of a model that was taken in, and of the one that it has replaced."""
    document = manifest.document
    was = before.document.get("metrics", {}) if before else {}
    metrics = [
        f"{name} {value:g}" + (f" (before: {was[name]:g})" if name in was else "")
        for name, value in document.get("metrics", {}).items()
    ]
    lines = [
        f"{manifest.path} {manifest.version}: {manifest.kind}, from {file if is_address(file) else Path(file).name}",
        *_sources(document.get("training", {})),
        f"  takes {', '.join(feature.name for feature in manifest.features)}",
        "  the engine that ships answers its golden rows",
    ]
    if metrics:
        lines.append(f"  {', '.join(metrics)}")
    if before:
        lines.append(f"  replaces {before.version}{', which is the same' * (before.version == manifest.version)}")
    return "\n".join(lines)


def _sources(training: Mapping[str, Any]) -> list[str]:
    """Where the model came from when it was exported, and where its bundle lay, as far as registries have told."""
    words = {"name": "", "version": "version ", "run_id": "run "}
    return [
        f"  {what} {told['registry']}: {', '.join(f'{word}{told[key]}' for key, word in words.items() if key in told)}"
        for member, what in ((SOURCE, "from"), (BUNDLE, "its bundle from"))
        if (told := training.get(member))
    ]


def _from(files: Mapping[str, bytes], source: Mapping[str, Any]) -> dict[str, bytes]:
    """The files with what a registry says; where the model itself was in one, both are kept."""
    if not source:
        return dict(files)
    document = json.loads(files[MANIFEST])
    training = document.get("training", {})
    member = BUNDLE if SOURCE in training else SOURCE
    return {**files, MANIFEST: to_text(versioned({**document, "training": {**training, member: dict(source)}}))}


def _beside(project: Project, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with units and wider types as the area's other models have them, as an export writes them there."""
    document: dict[str, Any] = json.loads(files[MANIFEST])
    area, name = document["area"], document["name"]
    name_conflicts.check_name(area, name, project.models)
    known = name_conflicts.shared_features(area, name, project.models)
    features = [_agreed(feature, known.get(feature["name"]), area) for feature in document["features"]]
    if features == document["features"]:
        return dict(files)
    return {**files, MANIFEST: to_text(versioned({**document, "features": features}))}


def _agreed(feature: dict[str, Any], other: Mapping[str, Any] | None, area: str) -> dict[str, Any]:
    agreed = name_conflicts.agreed(feature, other, area)
    first = {"name": feature["name"], "type": agreed["type"]}
    unit = {} if agreed["unit"] is None else {"unit": agreed["unit"]}
    return first | unit | {key: value for key, value in feature.items() if key not in (*first, "unit")}


def _lay_out(project: Project, file: str, package: Path, manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """A package of this model alone, with the owner's modules that its steps import."""
    folder = package / "models" / manifest.path
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for module, digest in (manifest.steps.modules if manifest.steps else {}).items():
        source = (project.source / module).resolve()
        if project.source.resolve() not in source.parents or not source.is_file():
            raise NotTaken(file, f"its {STEPS} imports {module}, which is not in src/; put it there first.")
        if sha256(source.read_bytes()).hexdigest() != digest:
            raise NotTaken(file, f"src/{module} is another than the one that its {STEPS} was exported with.")
        (package / module).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, package / module)


def _check_size(project: Project, file: str, path: str, files: Mapping[str, bytes]) -> None:
    try:
        if warning := check_size(path, files, project.models, package_type(project.template)):
            print(f"WARNING: {warning}")
    except TooLarge as error:
        raise NotTaken(file, error.reason) from None


def _check_describable(project: Project, file: str, folder: Path) -> None:
    """Make what follows from the model once for nothing: what its manifest lacks shows before it is written."""
    try:
        outdated(project, [read_bundle(folder)])
    except Exception as error:
        lacking = f"lacks {error}" if isinstance(error, KeyError) else f"cannot be described: {error}"
        raise NotTaken(file, f"its {MANIFEST} {lacking.rstrip('.')}.") from None


def _ask(project: Project, file: str, package: Path) -> None:
    result = package / "result.json"
    environment = {
        **os.environ,
        "ENGINE_LIBRARY": str(installed_library()),
        "POWERTOOLS_METRICS_NAMESPACE": "add-model",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(package), str(project.source)]),
    }
    command = [sys.executable, "-m", ASKING, str(package), str(result)]
    try:
        done = subprocess.run(
            command, cwd=package, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotTaken(file, f"the engine that ships has not answered its golden rows within {PATIENCE_S} s.") from None
    if not result.is_file():
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise NotTaken(file, f"the engine that ships ends while it answers its golden rows ({last[:300]}).")
    if wrong := json.loads(result.read_text("utf-8")):
        raise NotTaken(file, f"the engine that ships does not answer its golden rows: {wrong[0].rstrip('.')}.")
