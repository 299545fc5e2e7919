"""Finds onnxruntime's C library and loads it: the first step of the engine, without onnxruntime's Python."""

import ctypes
import os
import sys
from collections.abc import Mapping, Sequence

from sparely.engine.errors import InvalidLibrary, LibraryNotFound

# How the file is named: its start and its end; the version stands last on Linux, before the end on macOS.
FILE_NAMES = {
    "linux": ("libonnxruntime.so", ""),
    "darwin": ("libonnxruntime.", ".dylib"),
    "win32": ("onnxruntime.dll", ""),
}


class OrtApiBase(ctypes.Structure):
    """What the library's one exported symbol gives: two function pointers."""

    _fields_ = (
        ("GetApi", ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint32)),
        ("GetVersionString", ctypes.CFUNCTYPE(ctypes.c_char_p)),
    )


def find_library(*, packages: str, path: Sequence[str], environ: Mapping[str, str], platform: str) -> str:
    """
    Find the library's file.

    Args:
        packages: the folder that holds the engine's package; the built package has lib/ in it.
        path: folders where an installed onnxruntime may lie, as in sys.path.

    Returns:
        ENGINE_LIBRARY as given if it is set, else the first match in lib/ and the wheels.

    Raises:
        LibraryNotFound: there is none; the sentence names the places.
    """
    if chosen := environ.get("ENGINE_LIBRARY"):
        return chosen
    places = [os.path.join(packages, "lib")]
    places += [os.path.join(folder or ".", "onnxruntime", "capi") for folder in path]
    for place in places:
        if names := _library_names(place, platform):
            return os.path.join(place, names[-1])
    raise LibraryNotFound(places)


def load_library(path: str) -> OrtApiBase:
    """
    Load the library, with its telemetry switched off beforehand.

    Raises:
        InvalidLibrary: the file cannot be loaded here, or is not onnxruntime's.
    """
    # Read by onnxruntime 1.29 and later while they load.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        entry = ctypes.CDLL(path).OrtGetApiBase
    except OSError as error:
        raise InvalidLibrary(path, f"loading it failed ({error})") from error
    except AttributeError:
        raise InvalidLibrary(path, "it has no symbol OrtGetApiBase") from None
    entry.restype = ctypes.POINTER(OrtApiBase)
    base: OrtApiBase = entry().contents
    return base


def installed_library() -> str:
    """The library that this process uses; see `find_library`."""
    packages = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return find_library(packages=packages, path=sys.path, environ=os.environ, platform=sys.platform)


def _library_names(place: str, platform: str) -> list[str]:
    start, end = FILE_NAMES.get(platform, FILE_NAMES["linux"])
    try:
        names = os.listdir(place)
    except OSError:
        return []
    return sorted(name for name in names if name.startswith(start) and name.endswith(end))
