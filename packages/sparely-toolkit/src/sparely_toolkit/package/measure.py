"""What a package weighs, as a zip the way SAM makes it, and unzipped."""

import hashlib
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.kept import cache_folder, recall, remember

_LOCAL_BYTES, _CENTRAL_BYTES, _END_BYTES = 30, 46, 22
"""Of a zip's records of a file, each of which its name follows, and at its end; APPNOTE.TXT of PKWARE, 4.3."""
_KEPT_BYTES = 1 << 16
"""A file of this size and more takes longer to compress than to look up."""


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


def weigh(artifact: Path, *, zips: bool = True, cache: Path | None = None) -> Weight:
    """
    Weigh an artifact folder; each file is compressed as SAM compresses it, by deflate at its default level.

    Args:
        zips: whether there is a zip; of gigabytes for an image it would take minutes.
        cache: where is kept what large files have come to, since most are the same in each package; a folder of this
            user's if there is none.
    """
    files = [each for each in sorted(artifact.rglob("*")) if each.is_file()]
    unzipped = sum(each.stat().st_size for each in files)
    if not zips:
        return Weight(0, unzipped, len(files))
    names = [each.relative_to(artifact).as_posix().encode() for each in files]
    records = sum(_LOCAL_BYTES + _CENTRAL_BYTES + 2 * len(name) for name in names) + _END_BYTES
    kept = cache or cache_folder()
    return Weight(records + sum(_deflated(each.read_bytes(), kept) for each in files), unzipped, len(files))


def _deflated(content: bytes, cache: Path) -> int:
    if len(content) < _KEPT_BYTES:
        return _compressed(content)
    name = f"deflated-{hashlib.sha256(content).hexdigest()[:32]}"
    with suppress(ValueError):
        return int(recall(cache, name))
    size = _compressed(content)
    remember(cache, name, f"{size}")
    return size


def _compressed(content: bytes) -> int:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return len(packer.compress(content)) + len(packer.flush())
