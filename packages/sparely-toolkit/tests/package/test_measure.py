"""What a package weighs."""

import io
import random
import zipfile
from pathlib import Path

import pytest

from sparely_toolkit.package.measure import weigh

NAMES = ("empty.py", "small.py", "models/wörter/größe.json", "lib/large.so", "lib/zeros.bin")


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    """Files of all sorts: empty, short, compressible and not, with a name beyond ASCII."""
    contents = (b"", b"x = 1\n", b'{"a": 1}', random.Random(0).randbytes(200_000), bytes(300_000))
    for name, content in zip(NAMES, contents, strict=True):
        (tmp_path / "artifact" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "artifact" / name).write_bytes(content)
    return tmp_path / "artifact"


def zip_of(artifact: Path) -> bytes:
    """As SAM makes one."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name in NAMES:
            opened.writestr(zipfile.ZipInfo(name), (artifact / name).read_bytes(), zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def test_the_weight_is_that_of_a_zip(artifact: Path, tmp_path: Path) -> None:
    """To the byte, the first time and with what is kept of it."""
    weights = [weigh(artifact), *(weigh(artifact, cache=tmp_path / "cache") for _ in range(2))]

    assert {each.zipped for each in weights} == {len(zip_of(artifact))}
    assert {(each.unzipped, each.files) for each in weights} == {(500_014, 5)}


def test_what_is_kept_is_of_a_content(artifact: Path, tmp_path: Path) -> None:
    """A file of the same name that has changed is compressed again."""
    weigh(artifact, cache=tmp_path / "cache")
    (artifact / "lib" / "zeros.bin").write_bytes(random.Random(1).randbytes(300_000))

    assert weigh(artifact, cache=tmp_path / "cache").zipped == len(zip_of(artifact))


def test_what_is_kept_and_broken_is_made_again(artifact: Path, tmp_path: Path) -> None:
    """By a disk that was full, for example."""
    weigh(artifact, cache=tmp_path / "cache")
    kept = sorted((tmp_path / "cache").iterdir())
    for each in kept:
        each.write_text("")

    assert weigh(artifact, cache=tmp_path / "cache").zipped == len(zip_of(artifact))
    assert len(kept) == 2
    assert all(int(each.read_text()) for each in kept)


def test_where_nothing_can_be_kept_the_weight_is_the_same(artifact: Path, tmp_path: Path) -> None:
    """Here a file has the folder's name."""
    (tmp_path / "cache").touch()

    assert weigh(artifact, cache=tmp_path / "cache").zipped == len(zip_of(artifact))


def test_an_image_has_no_zip(artifact: Path) -> None:
    """Nothing is compressed."""
    assert weigh(artifact, zips=False).zipped == 0
