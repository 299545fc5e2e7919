"""Wheels of our packages as a later version might be: those of a service, with some of their files changed."""

import base64
import hashlib
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

VERSION = "0.9.0"
Changes = Mapping[str, Sequence[tuple[str, str]]]
"""By file of the wheel the texts that stand once in it, each with what stands there instead."""


def newer(wheel: Path, folder: Path, changes: Changes, *, version: str = VERSION) -> Path:
    """
    Write a wheel with another version and some files changed.

    Raises:
        ValueError: a text does not stand once where it is to be replaced.
    """
    module, old = wheel.name.split("-")[:2]
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        content = {name: archive.read(name) for name in archive.namelist() if not name.endswith(("/", "/RECORD"))}
    metadata = f"{module}-{old}.dist-info/METADATA"
    for name, replacements in [*changes.items(), (metadata, [(f"\nVersion: {old}\n", f"\nVersion: {version}\n")])]:
        for text, instead in replacements:
            if content[name].decode().count(text) != 1:
                raise ValueError(f'{name} does not have "{text}" once.')
            content[name] = content[name].decode().replace(text, instead).encode()
    content = {
        name.replace(f"{module}-{old}.dist-info", f"{module}-{version}.dist-info"): text
        for name, text in content.items()
    }
    content[f"{module}-{version}.dist-info/RECORD"] = _record(content, f"{module}-{version}.dist-info/RECORD")
    target = folder / re.sub(rf"^{module}-{re.escape(old)}-", f"{module}-{version}-", wheel.name)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return target


def _record(content: Mapping[str, bytes], name: str) -> bytes:
    """Every file with its hash and size. Source: PEP 427."""
    lines = [
        f"{each},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"
        for each, data in content.items()
    ]
    return "\n".join([*lines, f"{name},,", ""]).encode()
