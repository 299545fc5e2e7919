"""What a package weighs, as a zip the way SAM makes it, and unzipped."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Weight:
    """Sizes in bytes; Lambda's limit is on `unzipped`. Of what becomes a container image 0 is `zipped`."""

    zipped: int
    unzipped: int
    files: int

    def __str__(self) -> str:
        unzipped = f"{self.unzipped / 1e6:.1f} MB"
        if not self.zipped:
            return f"{unzipped} for a container image, {self.files} files"
        return f"{self.zipped / 1e6:.1f} MB zipped, {unzipped} unzipped, {self.files} files"


def weigh(artifact: Path, *, zips: bool = True) -> Weight:
    """
    Weigh an artifact folder; the zip is made in memory with SAM's compression, deflate at its default level.

    Args:
        zips: whether there is one; of gigabytes for an image it would take minutes and as much memory.
    """
    files = [each for each in sorted(artifact.rglob("*")) if each.is_file()]
    if not zips:
        return Weight(0, sum(each.stat().st_size for each in files), len(files))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for each in files:
            entry = zipfile.ZipInfo(each.relative_to(artifact).as_posix())  # dated 1980, as SAM dates its entries
            opened.writestr(entry, each.read_bytes(), zipfile.ZIP_DEFLATED)
    return Weight(len(archive.getbuffer()), sum(each.stat().st_size for each in files), len(files))
