"""The container's image: its content, its tag, and the image itself where there is Docker."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from sparely_sagemaker.add_on import AddOn
from sparely_toolkit.problems import Problem

DIGITS = 12


class NoDocker(Problem):
    """The image needs a program that is not here."""

    def __init__(self) -> None:
        super().__init__("docker is not on this machine's PATH; install a Docker engine to make the image.")


class ImageFailed(Problem):
    """Docker did not make the image; its own words are above."""

    def __init__(self, code: int) -> None:
        super().__init__(f"`docker build` ended with {code}; its own words above say why.")


def make(add_on: AddOn, base: str = "") -> str:
    """
    Make the image of the built content, keep its tag beside it, and give the image's name with the tag.

    Args:
        base: another image to build on than the Dockerfile's.

    Raises:
        NoDocker, ImageFailed: there is no image.
    """
    docker = shutil.which("docker")
    if docker is None:
        raise NoDocker
    made = tag(add_on.image, add_on.dockerfile, base)
    name = f"{add_on.project.name}:{made}"
    options = ["--build-arg", f"BASE={base}"] if base else []
    done = subprocess.run([docker, "build", *options, "--tag", name, str(add_on.root)], check=False)
    if done.returncode:
        raise ImageFailed(done.returncode)
    add_on.image_tag.write_text(f"{made}\n", "utf-8")
    return name


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
