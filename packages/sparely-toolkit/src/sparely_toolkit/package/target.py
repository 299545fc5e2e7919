"""What the package is built for, as template.yaml says."""

import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.problems import ExitCode, Problem

PLATFORMS = {"x86_64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}
MACHINES = {"x86_64": 62, "arm64": 183}  # e_machine of an ELF header: EM_X86_64, EM_AARCH64
LARGEST_UNZIPPED_BYTES = 262_144_000  # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html


# Processors by the names that operating systems give them.
HOSTS = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def this_architecture() -> str:
    """This machine's processor in Lambda's words, or in its own where Lambda has none."""
    return HOSTS.get(platform.machine().lower(), platform.machine())


class PackageError(Problem):
    """The package cannot be built; the message says what to do."""


class TooLarge(PackageError):
    """The package is more than Lambda takes."""

    exit_code = ExitCode.NO


@dataclass(frozen=True, slots=True)
class Target:
    """A Lambda runtime: `architecture` in Lambda's words, `python` as in 3.13."""

    architecture: str
    python: str

    @property
    def platform(self) -> str:
        """The platform in uv's words; manylinux_2_28 is what Lambda's Amazon Linux 2023 (glibc 2.34) takes."""
        return PLATFORMS[self.architecture]

    @property
    def is_this_machine(self) -> bool:
        return sys.platform == "linux" and this_architecture() == self.architecture


def read_target(template: Path) -> Target:
    """
    Read `Runtime` and `Architectures`, the one place where they are set.

    Raises:
        PackageError: one of them is missing or not one that the engine's wheels run on.
    """
    text = template.read_text(encoding="utf-8")
    runtime = re.search(r"^\s*Runtime:\s*[\"']?python(3\.\d+)", text, re.MULTILINE)
    architecture = re.search(r"^\s*Architectures:\s*\[?\s*-?\s*[\"']?(\w+)", text, re.MULTILINE)
    if runtime is None or architecture is None:
        raise PackageError(f"{template.name} sets no python Runtime or no Architectures.")
    target = Target(architecture.group(1), runtime.group(1))
    if target.architecture not in PLATFORMS:
        raise PackageError(f"{template.name}: no architecture {target.architecture}; x86_64 and arm64 are.")
    if int(target.python.partition(".")[2]) < 12:
        raise PackageError(f"{template.name}: python{target.python} runs on glibc 2.26, the engine needs 2.28.")
    return target
