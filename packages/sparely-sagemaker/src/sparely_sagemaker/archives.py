"""
model.tar.gz for SageMaker: every model, every area and the whole service.

The same models give the same bytes whenever and wherever they are written.
"""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

from sparely.bundle import MANIFEST, MODEL, model_folders

SHIPPED = (MANIFEST, MODEL)
WHOLE = "service.tar.gz"
_TIME = 0


def write_all(models: Path, target: Path) -> list[Path]:
    """
    Write the archives; those for the multi-model endpoint lie under models/, as they will under its prefix.

    models/<area>.tar.gz has an area's models, models/<area>/<model>.tar.gz one model, service.tar.gz all.
    """
    folders = [Path(folder) for folder in model_folders(models)]
    members: dict[str, list[Path]] = {WHOLE: folders}
    for folder in folders:
        members.setdefault(f"models/{folder.parent.name}.tar.gz", []).append(folder)
        members[f"models/{folder.parent.name}/{folder.name}.tar.gz"] = [folder]
    for name, chosen in members.items():
        write(models, chosen, target / name)
    return [target / name for name in members]


def release(archives: list[Path]) -> str:
    """A digest of all archives, for the prefix that a release is uploaded under."""
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in archives)).hexdigest()[:12]


def write(models: Path, chosen: Iterable[Path], target: Path) -> None:
    """
    Write a tar.gz with `<area>/<model>/` for each chosen model folder.

    Names are sorted, times, owners and modes fixed, and the gzip header holds no time and no file name, so the
    key of an unchanged archive does not change and nothing is uploaded or loaded anew.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for folder in sorted(chosen):
            for name in SHIPPED:
                _add(archive, (folder / name).read_bytes(), (folder / name).relative_to(models).as_posix())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(buffer.getvalue(), compresslevel=9, mtime=_TIME))


def _add(archive: tarfile.TarFile, content: bytes, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = len(content), _TIME, 0o644
    archive.addfile(member, io.BytesIO(content))
