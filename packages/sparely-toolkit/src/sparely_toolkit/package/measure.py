"""What a package weighs, as a zip the way SAM makes it, and unzipped."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Weight:
    """Sizes in bytes; Lambda's limit is on `unzipped`."""

    zipped: int
    unzipped: int
    files: int

    def __str__(self) -> str:
        return f"{self.zipped / 1e6:.1f} MB zipped, {self.unzipped / 1e6:.1f} MB unzipped, {self.files} files"


def weigh(artifact: Path) -> Weight:
    """Weigh an artifact folder; the zip is made in memory with SAM's compression, deflate at its default level."""
    files = [each for each in sorted(artifact.rglob("*")) if each.is_file()]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for each in files:
            entry = zipfile.ZipInfo(each.relative_to(artifact).as_posix())  # dated 1980, as SAM dates its entries
            opened.writestr(entry, each.read_bytes(), zipfile.ZIP_DEFLATED)
    return Weight(len(archive.getbuffer()), sum(each.stat().st_size for each in files), len(files))
