"""`python -m image.tag FOLDER [BASE]`: print the tag of the image of a folder, on its own base or another."""

import hashlib
import sys
from pathlib import Path

DOCKERFILE = Path(__file__).resolve().parents[1] / "Dockerfile"
DIGITS = 12


def tag(content: Path, dockerfile: Path, base: str = "") -> str:
    """
    Make the image's tag: a digest of its files, its Dockerfile and the name of another base.

    Times are left out, so that the same code has the same tag wherever it is built.
    """
    digest = hashlib.sha256(f"{base}\n".encode() + _line(dockerfile, dockerfile.parent))
    for file in sorted(each for each in content.rglob("*") if each.is_file()):
        digest.update(_line(file, content))
    return digest.hexdigest()[:DIGITS]


def _line(file: Path, folder: Path) -> bytes:
    return f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}\n".encode()


def main(arguments: list[str]) -> int:
    folder, *base = arguments
    print(tag(Path(folder), DOCKERFILE, *base))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
