"""
What goes into a container image: the built package as three tar files, whose bytes depend on nothing but its files.

Docker unpacks each into a layer of its own. What changes seldom comes first, and a registry keeps a layer that it has:
a changed line of an owner's code uploads some kB beside models of gigabytes.
"""

import hashlib
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from sparely_toolkit.package.notice import NAME as NOTICE
from sparely_toolkit.package.sbom import NAME as SBOM
from sparely_toolkit.project import Project

LIBRARIES, MODELS, CODE = "libraries.tar", "models.tar", "code.tar"
LAYERS = (LIBRARIES, MODELS, CODE)
TASK = PurePosixPath("var/task")
"""Where Lambda has a function's code. From the image's root: Docker itself dates the folder that it unpacks into."""
DATE_S = 315_532_800
"""1980-01-01, as SAM dates what it zips; the oldest date that no tool takes for none."""
FOLDER_MODE, FILE_MODE = 0o755, 0o644


def write_layers(project: Project, artifact: Path, context: Path) -> str:
    """
    Write the three files of a built package into an empty folder or none.

    Returns:
        The digest of all three.
    """
    context.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    for name, parts in zip(LAYERS, _parts(project, artifact), strict=True):
        _write(artifact, parts, context / name)
        with (context / name).open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _parts(project: Project, artifact: Path) -> Iterator[list[Path]]:
    """What lies at the top of the package: of others; the models; the owner's own, with the papers that list it."""
    owners = {part.name for part in project.source.iterdir()} - {project.models.name} | {NOTICE, SBOM}
    parts = sorted(artifact.iterdir())
    yield [part for part in parts if part.name not in owners and part.name != project.models.name]
    yield [part for part in parts if part.name == project.models.name]
    yield [part for part in parts if part.name in owners]


def _write(artifact: Path, parts: Sequence[Path], target: Path) -> None:
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(_entry(artifact, artifact))  # or the folder would bear today's date
        for part in parts:
            for path in sorted([part, *part.rglob("*")]):
                entry = _entry(path, artifact)
                if entry.isdir():
                    archive.addfile(entry)
                    continue
                with path.open("rb") as content:
                    archive.addfile(entry, content)


def _entry(path: Path, artifact: Path) -> tarfile.TarInfo:
    """A file's entry without what differs from machine to machine: owner, date, mode."""
    entry = tarfile.TarInfo((TASK / path.relative_to(artifact)).as_posix())
    entry.mtime = DATE_S
    if path.is_dir():
        entry.type, entry.mode = tarfile.DIRTYPE, FOLDER_MODE
    else:
        entry.mode, entry.size = FILE_MODE, path.stat().st_size
    return entry
