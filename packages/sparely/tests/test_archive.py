"""A model as one file: equal bytes for equal files, and a refusal in one sentence of everything else."""

import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sparely.archive import (
    FORMAT,
    INDEX,
    InvalidArchive,
    archive_bytes,
    moved,
    read_archive,
    replace_folder,
    to_text,
    versioned,
    write_archive,
)
from sparely.bundle import GOLDEN, MANIFEST, MODEL, STEPS, sha256
from sparely.manifest import parse_manifest
from support.services import MODELS
from support.toys import toy_manifest, toy_model


def toy(**changes: Any) -> dict[str, bytes]:
    """The files of toys/sum, with some members of its manifest changed."""
    model = toy_model(2)
    golden = {"instances": [{"a": 1.0, "b": 2.0}], "predictions": [{"value": 3.0}]}
    manifest = versioned(toy_manifest("toys", "sum", model, **changes))
    return {MODEL: model, MANIFEST: to_text(manifest), GOLDEN: to_text(golden)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A bundle of toys/sum."""
    write_archive(tmp_path / "sum.zip", toy())
    return tmp_path / "sum.zip"


def test_what_was_written_is_read(file: Path) -> None:
    """Every file, byte for byte."""
    assert read_archive(file) == toy()


def test_equal_files_are_equal_bytes(file: Path) -> None:
    """Whenever they are written, and in whatever order they are given."""
    assert archive_bytes(dict(reversed(toy().items()))) == file.read_bytes()


def test_bytes_are_those_of_every_python(file: Path) -> None:
    """Nothing in them depends on zlib, the machine or the day."""
    assert sha256(archive_bytes({MODEL: b"1", MANIFEST: b"{}", GOLDEN: b"{}"})).hexdigest() == (
        "7cad93dcd5b1a7b439fa7804bb4168da1295a5cb57892e54a7626618494fecad"
    )


def test_nothing_is_left_of_a_bundle_that_cannot_be_written(tmp_path: Path) -> None:
    """An older one stands as it was."""
    write_archive(tmp_path / "sum.zip", toy())
    before = (tmp_path / "sum.zip").read_bytes()
    broken: Any = {**toy(), GOLDEN: None}

    with pytest.raises(TypeError):
        write_archive(tmp_path / "sum.zip", broken)

    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("sum.zip", before)]


@pytest.mark.parametrize("folder", sorted(MODELS.glob("*/*")), ids=lambda each: str(each.name))
def test_version_of_a_sample_is_that_of_its_manifest(folder: Path) -> None:
    """The rule by which versions are made is the one by which they are checked."""
    document = json.loads((folder / MANIFEST).read_text("utf-8"))

    assert versioned(document) == document


def test_model_moves_to_another_area_with_a_version_of_its_own(file: Path) -> None:
    """Area and name are counted; everything else stays."""
    there = parse_manifest(moved(read_archive(file), "games", "total")[MANIFEST])

    assert there.path == "games/total"
    assert there.version == versioned(there.document)["version"] != parse_manifest(toy()[MANIFEST]).version


def test_model_that_stays_is_not_touched(file: Path) -> None:
    """Its bytes are those of the export."""
    assert moved(toy(), "toys", "sum") == toy()


def packed(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_STORED) -> Callable[[Path], None]:
    """What writes a zip file of these entries."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, content in files.items():
                archive.writestr(name, content)

    return write


def raw(content: bytes) -> Callable[[Path], None]:
    """What writes a file of these bytes."""

    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def indexed(files: Mapping[str, bytes], **changes: Any) -> dict[str, bytes]:
    """The files with their index, some members of which are changed."""
    index = {"format": FORMAT, "files": {name: sha256(content).hexdigest() for name, content in files.items()}}
    return {INDEX: to_text({**index, **changes}), **files}


def altered(name: str, content: bytes) -> dict[str, bytes]:
    """A bundle of which a file is another than the index says."""
    return {**indexed(toy()), name: content}


STEPS_FILE = b"def prepare(row):\n    return row\n"
BAD: dict[str, tuple[Callable[[Path], None], str]] = {
    "no zip": (raw(b"no zip"), "it is no zip file that can be read"),
    "empty": (raw(b""), "it is no zip file that can be read"),
    "cut short": (raw(archive_bytes(toy())[:-40]), "it is no zip file"),
    "a foreign zip": (packed({"data.csv": b"1,2"}), "it holds no bundle.json, so it is no model that sparely_export"),
    "compressed": (packed(indexed(toy()), method=zipfile.ZIP_DEFLATED), "'bundle.json' is compressed"),
    "a bomb": (packed({**indexed(toy()), "x": bytes(10_000_000)}, method=zipfile.ZIP_BZIP2), "is compressed"),
    "newer": (packed(indexed(toy(), format=FORMAT + 1)), f"it has format {FORMAT + 1}, and this version of sparely"),
    "format 0": (packed(indexed(toy(), format=0)), "its bundle.json does not have the shape of format 1."),
    "no format": (packed(indexed(toy(), format="1")), "its bundle.json names no format."),
    "index is no JSON": (packed({**indexed(toy()), INDEX: b"{"}), "its bundle.json is no JSON."),
    "index is deep": (packed({**indexed(toy()), INDEX: b"[" * 9_000}), "its bundle.json is no JSON."),
    "index is large": (packed({**indexed(toy()), INDEX: b" " * 90_000}), "its bundle.json names no format."),
    "no golden rows": (
        packed(indexed({name: content for name, content in toy().items() if name != GOLDEN})),
        "its bundle.json lacks 'golden.json'; a model is model.onnx, manifest.json, golden.json and may have steps.py.",
    ),
    "a listed file is missing": (
        packed({name: content for name, content in indexed(toy()).items() if name != MODEL}),
        "'model.onnx' is in its index, and not in the file.",
    ),
    "a further file": (packed({**indexed(toy()), "more.txt": b""}), "'more.txt' is not in its index."),
    "a listed further file": (packed(indexed({**toy(), "more.txt": b""})), "its bundle.json names 'more.txt';"),
    "a path upwards": (packed(indexed({**toy(), "../app.py": b""})), "its bundle.json names '../app.py';"),
    "an absolute path": (packed({**indexed(toy()), "/etc/app.py": b""}), "'/etc/app.py' is not in its index."),
    "another model": (packed(altered(MODEL, toy_model(3))), "its model.onnx is not the one that its index was"),
    "other golden rows": (packed(altered(GOLDEN, b"{}")), "its golden.json is not the one that its index was"),
    "another model, indexed": (
        packed(indexed({**toy(), MODEL: toy_model(3)})), "its manifest.json was written for another model.onnx.",
    ),
    "steps that the manifest does not name": (
        packed(indexed({**toy(), STEPS: STEPS_FILE})), "its manifest.json was written for another steps.py, or for",
    ),
    "steps that are missing": (
        packed(indexed(toy(steps={"sha256": "0" * 64, "prepare": True, "present": False}, prepared=[
            {"name": name, "type": "number", "required": True, "null": "refused"} for name in "ab"]))),
        "its manifest.json was written for another steps.py, or for none.",
    ),
    "a manifest changed by hand": (
        packed(indexed({**toy(), MANIFEST: toy()[MANIFEST].replace(b'"m"', b'"km"')})),
        "its manifest.json was changed after the export: the version is not that of its content.",
    ),
    "a manifest of another shape": (packed(indexed({**toy(), MANIFEST: b"[]"})), "its manifest.json or golden.json"),
    "golden rows of another shape": (packed(indexed({**toy(), GOLDEN: b"[]"})), "golden.json cannot be read: it is not"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_everything_else_is_refused(tmp_path: Path, name: str) -> None:
    """In one sentence, which names the file."""
    write, sentence = BAD[name]
    write(tmp_path / "sum.zip")

    with pytest.raises(InvalidArchive) as caught:
        read_archive(tmp_path / "sum.zip")

    assert str(caught.value).startswith(f"{tmp_path / 'sum.zip'}: ")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_file_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Readers differ in which of the two they take."""
    with zipfile.ZipFile(tmp_path / "sum.zip", "w") as archive:
        for entry, content in [*indexed(toy()).items(), (MODEL, b"other")]:
            archive.writestr(entry, content)

    with pytest.raises(InvalidArchive, match=r": it holds a file twice\.$"):
        read_archive(tmp_path / "sum.zip")


def test_encrypted_file_is_refused(file: Path) -> None:
    """By its flag in the zip file's directory."""
    content = bytearray(file.read_bytes())
    place = content.index(b"PK\x01\x02") + 8
    content[place : place + 2] = struct.pack("<H", 1)
    file.write_bytes(content)

    with pytest.raises(InvalidArchive, match="is encrypted, and an export encrypts nothing"):
        read_archive(file)


def test_altered_byte_of_a_file_is_told_with_the_files_name(file: Path) -> None:
    """It is a zip file, and whole; the checksum that it has of each file says more."""
    content = bytearray(file.read_bytes())
    content[content.index(toy()[MODEL]) + 5] ^= 1
    file.write_bytes(content)

    with pytest.raises(InvalidArchive) as caught:
        read_archive(file)

    assert str(caught.value) == f"{file}: its model.onnx was damaged or altered (Bad CRC-32 for file 'model.onnx')."


def test_every_flipped_byte_is_noticed_or_means_nothing(file: Path) -> None:
    """What is read is what was written, or nothing is; never another model."""
    whole = file.read_bytes()
    for place in range(0, len(whole), 7):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            read = read_archive(file)
        except InvalidArchive:
            continue
        assert read == toy()


def test_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """As a sentence."""
    with pytest.raises(InvalidArchive, match=r"sum\.zip: it cannot be read \(No such file or directory\)\.$"):
        read_archive(tmp_path / "sum.zip")


def content(folder: Path) -> dict[str, str]:
    """Return every file below the folder, by its path."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_json_is_readable_utf8() -> None:
    """JSON is indented by 2, keeps letters as they are and ends in a newline."""
    assert to_text({"unité": [0.1]}) == '{\n  "unité": [\n    0.1\n  ]\n}\n'.encode()


def test_folder_is_replaced_whole(tmp_path: Path) -> None:
    """Files that the new model does not have are gone, and nothing else is left beside it."""
    replace_folder(tmp_path / "area" / "model", {"old": b"1"})

    replace_folder(tmp_path / "area" / "model", {"new": b"2"})

    assert content(tmp_path) == {"area/model/new": "2"}
    assert [path.name for path in (tmp_path / "area").iterdir()] == ["model"]


def test_interrupted_writing_leaves_the_old_model(tmp_path: Path) -> None:
    """When a file cannot be written the old ones stand, and no half of the new ones."""
    replace_folder(tmp_path / "model", {"old": b"1"})
    unwritable: Any = "text where bytes belong"

    with pytest.raises(TypeError):
        replace_folder(tmp_path / "model", {"new": b"2", "broken": unwritable})

    assert content(tmp_path) == {"model/old": "1"}


def test_model_is_put_back_after_a_crash_between_the_renames(tmp_path: Path) -> None:
    """What a killed export set aside is the model again, even if this export fails too."""
    (tmp_path / ".model.previous").mkdir()
    (tmp_path / ".model.previous" / "old").write_bytes(b"1")
    (tmp_path / ".model.writing").mkdir()
    unwritable: Any = None

    with pytest.raises(TypeError):
        replace_folder(tmp_path / "model", {"broken": unwritable})

    assert content(tmp_path) == {"model/old": "1"}
