"""onnxruntime's C library, taken out of its wheel."""

import importlib.util
import shutil
from pathlib import Path

from sparely_toolkit.package.target import MACHINES, PackageError, Target

NOTICES = ("LICENSE", "ThirdPartyNotices.txt")


def take_library(wheel: Path, target: Target, artifact: Path) -> Path:
    """
    Copy the library and its licences from an unpacked wheel into the artifact.

    Raises:
        PackageError: the wheel holds no C library, or one of another architecture or another ABI.
    """
    found = sorted((wheel / "onnxruntime" / "capi").glob("libonnxruntime.so.*"))
    if not found:
        raise PackageError(
            "The onnxruntime wheel holds no capi/libonnxruntime.so.*; "
            "choose a version in requirements/engine.in that does."
        )
    check_elf(found[0], target)
    library = artifact / "lib" / found[0].name
    library.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(found[0], library)
    notices = artifact / "licenses" / "onnxruntime"
    notices.mkdir(parents=True)
    for name in NOTICES:
        shutil.copyfile(wheel / "onnxruntime" / name, notices / name)
    return library


def installed_library() -> Path:
    """
    The C library of the onnxruntime that is installed here, for whatever machine this is.

    Raises:
        PackageError: none is installed.
    """
    spec = importlib.util.find_spec("onnxruntime")
    places = spec.submodule_search_locations if spec else None
    for folder in places or ():
        for pattern in ("libonnxruntime.so.*", "libonnxruntime.*.dylib", "onnxruntime.dll"):
            for library in sorted((Path(folder) / "capi").glob(pattern)):
                return library
    raise PackageError("No onnxruntime is installed here; requirements/training.txt has it.")


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
