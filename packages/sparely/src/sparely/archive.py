"""
A model's bundle: the files of models/<area>/<model> as one zip file, which an export writes and a service takes in.

Its one writer and reader. Equal files make equal bytes: fixed dates and order, nothing compressed. `bundle.json` in it
holds the format and the SHA-256 of each other file. The hashes find what was damaged or altered by mistake; they do not
say who made the file.
"""

import io
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from sparely.bundle import GOLDEN, MANIFEST, MODEL, STEPS, Folder, ModelLoadError, sha256
from sparely.golden import parse_golden
from sparely.manifest import Manifest, parse_manifest
from sparely.package_size import MODEL_LIMIT_BYTES

INDEX = "bundle.json"
FORMAT = 1
"""What this version writes and reads."""
SUFFIX = ".zip"
ORDER = (MODEL, MANIFEST, GOLDEN, STEPS)
NEEDED = {MODEL, MANIFEST, GOLDEN}
MOST_BYTES = MODEL_LIMIT_BYTES + 100_000_000
"""More than a model of ONNX may have, with all that is said of it."""
MOST_INDEX_BYTES = 10_000
DATE = (1980, 1, 1, 0, 0, 0)
"""The oldest that a zip file can name."""
MODE = 0o644 << 16
UNIX = 3
VERSION_DIGITS = 12
ENCRYPTED = 0x1


class InvalidArchive(ModelLoadError):
    """The file is no bundle, is damaged or altered, or is of a format that is not known here."""


def versioned(content: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest's content with its version, the hash of all the rest, behind name and area."""
    rest = {name: value for name, value in content.items() if name != "version"}
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    version = sha256(canonical.encode()).hexdigest()[:VERSION_DIGITS]
    return {"name": content["name"], "area": content["area"], "version": version, **rest}


def to_text(content: Mapping[str, Any]) -> bytes:
    """JSON as it stands in a model's folder: indented by 2, in UTF-8, with a newline at the end."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def archive_bytes(files: Mapping[str, bytes]) -> bytes:
    """A bundle of a model's files by their names."""
    content = io.BytesIO()
    _write(content, files)
    return content.getvalue()


def _write(content: IO[bytes], files: Mapping[str, bytes]) -> None:
    digests = {name: sha256(files[name]).hexdigest() for name in ORDER if name in files}
    index = to_text({"format": FORMAT, "files": digests})
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name in (INDEX, *digests):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system, entry.external_attr = UNIX, MODE
            archive.writestr(entry, index if name == INDEX else files[name])


def write_archive(path: Folder, files: Mapping[str, bytes]) -> None:
    """Write a bundle, whole or not at all; an older one under its name stands until then."""
    target = Path(path)
    writing = target.with_name(f".{target.name}.writing")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with writing.open("wb") as content:
            _write(content, files)
        writing.replace(target)
    finally:
        writing.unlink(missing_ok=True)


def read_archive(path: Folder) -> dict[str, bytes]:
    """
    Read a bundle into memory, and hold its files against its index and its manifest.

    Returns:
        The model's files by their names, as they belong into its folder.

    Raises:
        InvalidArchive: it is no bundle, not whole, altered, or of a newer format.
    """
    try:
        size = os.path.getsize(path)
        if size > MOST_BYTES:
            raise InvalidArchive(path, f"it has {size / 1e6:.0f} MB, and a model of ONNX at most 2,147 MB.")
        with zipfile.ZipFile(path) as archive:
            files = _files(path, archive)
    except OSError as error:
        raise InvalidArchive(path, f"it cannot be read ({error.strerror or error}).") from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, RuntimeError) as error:
        raise InvalidArchive(path, f"it is no zip file that can be read, or is cut short ({error}).") from None
    _check(path, files)
    return files


def moved(files: Mapping[str, bytes], area: str, name: str) -> dict[str, bytes]:
    """The same model under another area and name, which its version counts; unchanged where both are its own."""
    document = json.loads(files[MANIFEST])
    if (document["area"], document["name"]) == (area, name):
        return dict(files)
    return {**files, MANIFEST: to_text(versioned({**document, "area": area, "name": name}))}


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """
    Write the files as the folder's whole content.

    They are written to a hidden folder beside it, which is then renamed.
    Interrupted before that, the old folder stands untouched; between the two renames,
    it stands as `.<name>.previous`, and the next export puts it back before it begins.
    """
    writing, previous = (folder.with_name(f".{folder.name}.{state}") for state in ("writing", "previous"))
    _recover(folder, writing, previous)
    writing.mkdir(parents=True)
    try:
        for name, content in files.items():
            (writing / name).write_bytes(content)
        if folder.exists():
            folder.rename(previous)
        writing.rename(folder)
    finally:
        _recover(folder, writing, previous)


def _recover(folder: Path, writing: Path, previous: Path) -> None:
    if previous.exists() and not folder.exists():
        previous.rename(folder)
    for leftover in (writing, previous):
        shutil.rmtree(leftover, ignore_errors=True)


def _files(path: Folder, archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Nothing is unpacked by the names in the file: those that a model has are read, and any other refuses it."""
    entries = {entry.filename: entry for entry in archive.infolist()}
    if INDEX not in entries:
        raise InvalidArchive(path, f"it holds no {INDEX}, so it is no model that sparely_export.export wrote.")
    if len(entries) < len(archive.infolist()):
        raise InvalidArchive(path, "it holds a file twice.")
    for entry in entries.values():
        if entry.flag_bits & ENCRYPTED:
            raise InvalidArchive(path, f"its {_shown(entry.filename)} is encrypted, and an export encrypts nothing.")
        if entry.compress_type != zipfile.ZIP_STORED:
            raise InvalidArchive(path, f"its {_shown(entry.filename)} is compressed, and an export compresses nothing.")
    digests = _digests(path, entries[INDEX].file_size, archive)
    for name in (*entries, *digests):
        if name != INDEX and (name not in digests or name not in entries):
            found = "is not in its index" if name in entries else "is in its index, and not in the file"
            raise InvalidArchive(path, f"{_shown(name)} {found}.")
    files = {name: _content(path, name, archive) for name in digests}
    for name, content in files.items():
        if sha256(content).hexdigest() != digests[name]:
            raise InvalidArchive(path, f"its {name} is not the one that its index was written for.")
    return files


def _content(path: Folder, name: str, archive: zipfile.ZipFile) -> bytes:
    try:
        return archive.read(name)
    except zipfile.BadZipFile as error:
        raise InvalidArchive(path, f"its {name} was damaged or altered ({error}).") from None


def _digests(path: Folder, size: int, archive: zipfile.ZipFile) -> dict[str, str]:
    """The index: SHA-256 by name, of the files that a model has and no others."""
    document = _parsed(path, archive.read(INDEX)) if size <= MOST_INDEX_BYTES else None
    number = document.get("format") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(number, int):
        raise InvalidArchive(path, f"its {INDEX} names no format.")
    if number > FORMAT:
        raise InvalidArchive(
            path, f"it has format {number}, and this version of sparely reads {FORMAT}; `sparely upgrade` brings newer."
        )
    digests = document.get("files")
    if not isinstance(digests, dict) or number != FORMAT:
        raise InvalidArchive(path, f"its {INDEX} does not have the shape of format {FORMAT}.")
    for name in (*sorted(NEEDED - {*digests}), *(name for name in digests if name not in ORDER)):
        verb = "lacks" if name in NEEDED else "names"
        right = f"a model is {', '.join(ORDER[:3])} and may have {STEPS}"
        raise InvalidArchive(path, f"its {INDEX} {verb} {_shown(name)}; {right}.")
    return digests


def _parsed(path: Folder, content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidArchive(path, f"its {INDEX} is no JSON.") from None


def _check(path: Folder, files: Mapping[str, bytes]) -> None:
    """Hold the manifest against the files that it describes, and against itself."""
    try:
        manifest = parse_manifest(files[MANIFEST])
        parse_golden(files[GOLDEN])
    except (ValueError, RecursionError) as error:
        raise InvalidArchive(path, f"its {MANIFEST} or {GOLDEN} cannot be read: {error}") from None
    if problem := _contradiction(manifest, files):
        raise InvalidArchive(path, problem)


def _contradiction(manifest: Manifest, files: Mapping[str, bytes]) -> str | None:
    if sha256(files[MODEL]).hexdigest() != manifest.sha256:
        return f"its {MANIFEST} was written for another {MODEL}."
    steps = sha256(files[STEPS]).hexdigest() if STEPS in files else None
    if steps != (manifest.steps.sha256 if manifest.steps else None):
        return f"its {MANIFEST} was written for another {STEPS}, or for none."
    if versioned(manifest.document)["version"] != manifest.version:
        return f"its {MANIFEST} was changed after the export: the version is not that of its content."
    return None


def _shown(name: object) -> str:
    """A name of a stranger's file, short and on one line."""
    return repr(str(name)[:60])
