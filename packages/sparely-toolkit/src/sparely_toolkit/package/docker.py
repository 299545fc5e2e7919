"""Docker, as far as an image is built with it: its command line, and a sentence where it fails."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sparely_toolkit.package.target import PackageError, Target
from sparely_toolkit.problems import ExitCode

DOCKER = "docker"
PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}
WITHOUT_ATTESTATIONS = {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
"""Lambda takes an image's manifest, and no list of manifests, which attestations make of it."""
SAID_AT_MOST = 300  # characters


class NoEngine(PackageError):
    """No container engine answers."""

    exit_code = ExitCode.LACKING

    def __init__(self) -> None:
        super().__init__(
            "No Docker engine answers, which makes and uploads the container image that Metadata.Sparely.Package asks "
            "for; start one, or install it. `make run` and `make test` need none."
        )


class DockerFailed(PackageError):
    """Docker did not do what it was asked for."""

    def __init__(self, what: str, said: str) -> None:
        super().__init__(f"{what}: {said or 'Docker said nothing'}.")


def has_engine() -> bool:
    """Whether an engine answers; the client alone makes nothing."""
    if shutil.which(DOCKER) is None:
        return False
    return _run(["version", "--format", "{{.Server.Version}}"]).returncode == 0


def require_engine() -> None:
    """
    Know that there is one.

    Raises:
        NoEngine: there is none.
    """
    if not has_engine():
        raise NoEngine


def image_id(reference: str) -> str | None:
    """The id of an image that the engine has: the digest of its configuration, and so of its layers."""
    return _inspected(reference, "{{.Id}}")


def image_bytes(reference: str) -> int:
    """An image's size, uncompressed, with all of its layers."""
    return int(_inspected(reference, "{{.Size}}") or 0)


def pull(reference: str, target: Target) -> None:
    """
    Fetch an image from its registry.

    Raises:
        DockerFailed: it is not to be had.
    """
    done = _run(["pull", "--quiet", "--platform", PLATFORMS[target.architecture], reference])
    if done.returncode:
        raise DockerFailed(f"{reference} cannot be fetched", _reason(done))


def build(context: Path, reference: str, target: Target) -> None:
    """
    Make an image of a folder with a Dockerfile, under a name.

    Raises:
        DockerFailed: it cannot be made.
    """
    done = _run(["build", "--platform", PLATFORMS[target.architecture], "--tag", reference, str(context)])
    if done.returncode:
        raise DockerFailed("The container image cannot be made", _reason(done))


def _inspected(reference: str, wanted: str) -> str | None:
    done = _run(["image", "inspect", "--format", wanted, reference])
    return None if done.returncode else done.stdout.strip()


def _run(arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **WITHOUT_ATTESTATIONS}
    return subprocess.run([DOCKER, *arguments], env=environment, capture_output=True, text=True, check=False)


def _reason(done: "subprocess.CompletedProcess[str]") -> str:
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return lines[-1].rstrip(".")[:SAID_AT_MOST] if lines else ""
