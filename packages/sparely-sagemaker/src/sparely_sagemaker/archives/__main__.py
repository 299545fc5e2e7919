"""`python -m archives MODELS FOLDER`: write all archives of a service."""

import hashlib
import sys
from pathlib import Path

from sparely_sagemaker.archives.writing import write

WHOLE = "service.tar.gz"


def write_all(models: Path, target: Path) -> list[Path]:
    """
    Write the archives; those for the multi-model endpoint lie under models/, as they will under its prefix.

    models/<area>.tar.gz has an area's models, models/<area>/<model>.tar.gz one model, service.tar.gz all.
    """
    folders = sorted(path.parent for path in models.glob("*/*/manifest.json"))
    wanted: dict[str, list[Path]] = {WHOLE: folders}
    for folder in folders:
        wanted.setdefault(f"models/{folder.parent.name}.tar.gz", []).append(folder)
        wanted[f"models/{folder.parent.name}/{folder.name}.tar.gz"] = [folder]
    for name, chosen in wanted.items():
        write(models, chosen, target / name)
    return [target / name for name in wanted]


def release(archives: list[Path]) -> str:
    """A digest of all archives, for the prefix that a release is uploaded under."""
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in archives)).hexdigest()[:12]


def main(arguments: list[str]) -> int:
    models, target = map(Path, arguments)
    written = write_all(models, target)
    for path in written:
        print(f"{path.stat().st_size:>8} bytes  {path.relative_to(target)}")
    (target / "release").write_text(release(written))
    print(f"release {release(written)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
