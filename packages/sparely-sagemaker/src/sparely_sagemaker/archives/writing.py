"""An archive from model folders, byte for byte the same whenever and wherever it is written."""

import gzip
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

SHIPPED = ("manifest.json", "model.onnx")
_TIME = 0


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
