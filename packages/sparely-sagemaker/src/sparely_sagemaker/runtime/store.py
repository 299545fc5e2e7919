"""The S3 prefix of a multi-model endpoint as a folder, and an instance's copy of what it has fetched."""

import hashlib
import shutil
import tarfile
from pathlib import Path


class NoSuchArchive(Exception):
    """There is no such object under the prefix."""


def name_of(target: str) -> str:
    """The opaque name that an archive gets in a container."""
    return hashlib.sha256(target.encode()).hexdigest()[:32]


def fetch(prefix: Path, target: str, models: Path) -> Path:
    """
    Unpack an archive into <models>/<name>/model, as SageMaker does on an instance.

    Raises:
        NoSuchArchive: the prefix holds none of that name.
    """
    source = (prefix / target).resolve()
    if not source.is_relative_to(prefix.resolve()) or not source.is_file():
        raise NoSuchArchive(target)
    folder = models / name_of(target) / "model"
    if not folder.is_dir():
        folder.mkdir(parents=True)
        unpack(source, folder)
    return folder


def unpack(source: Path, folder: Path) -> None:
    """Unpack a tar.gz."""
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")


def forget(target: str, models: Path) -> None:
    """Delete an instance's copy."""
    shutil.rmtree(models / name_of(target), ignore_errors=True)
