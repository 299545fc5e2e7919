"""onnxruntime's C library, taken out of its wheel."""

import shutil
import sys
from pathlib import Path

from sparely_toolkit.kept import cache_folder
from sparely_toolkit.package.install import installed
from sparely_toolkit.package.target import MACHINES, PackageError, Target, this_architecture

ENGINE = Path(__file__).with_name("engine.txt")
"""Pins the wheel, with its hashes; `engine.in` beside it says why this version."""
NOTICES = ("LICENSE", "ThirdPartyNotices.txt")


def take_library(wheel: Path, target: Target, artifact: Path) -> Path:
    """
    Copy the library and its licences from an unpacked wheel into the artifact.

    Raises:
        PackageError: the wheel holds no C library, or one of another architecture or another ABI.
    """
    libraries = sorted((wheel / "onnxruntime" / "capi").glob("libonnxruntime.so.*"))
    if not libraries:
        raise PackageError(
            "The onnxruntime wheel holds no capi/libonnxruntime.so.*; choose a version in engine.in that does."
        )
    check_elf(libraries[0], target)
    library = artifact / "lib" / libraries[0].name
    library.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(libraries[0], library)
    notices = artifact / "licenses" / "onnxruntime"
    notices.mkdir(parents=True)
    for name in NOTICES:
        shutil.copyfile(wheel / "onnxruntime" / name, notices / name)
    return library


def installed_library(cache: Path | None = None) -> Path:
    """
    The C library of the same wheel for this machine, whatever machine this is; installed once into the cache.

    Raises:
        PackageError: there is none for this machine.
    """
    if sys.platform == "darwin" and this_architecture() == "x86_64":
        raise PackageError(
            "onnxruntime has no library for Macs with a processor of Intel's since 1.24: work in the dev container, "
            "which is Linux."
        )
    tree = installed(ENGINE, None, cache or cache_folder())
    for pattern in ("libonnxruntime.so.*", "libonnxruntime.*.dylib", "onnxruntime.dll"):
        for library in sorted((tree / "onnxruntime" / "capi").glob(pattern)):
            return library
    raise PackageError(f"The onnxruntime wheel for {sys.platform} holds no C library in capi/.")


def check_elf(library: Path, target: Target) -> None:
    """
    Refuse a library that the target cannot load, or that does not give the one symbol that the engine enters by.

    Source: ELF-64 header, e_machine at byte 18, https://gabi.xinuos.com/elf/02-eheader.html.
    """
    content = library.read_bytes()
    if content[:5] != b"\x7fELF\x02" or int.from_bytes(content[18:20], "little") != MACHINES[target.architecture]:
        raise PackageError(f"{library.name} is not a 64-bit ELF library for {target.architecture}.")
    if b"\0OrtGetApiBase\0" not in content:
        raise PackageError(f"{library.name} does not export OrtGetApiBase; its ABI is not onnxruntime's.")
