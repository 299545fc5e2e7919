"""LZ4 without its library: a file that joblib wrote, and frames that are none."""

import base64
import io
from pathlib import Path

import pytest

from sparely_toolkit.models.lz4_frames import MAGIC, NoLz4, unpacked
from sparely_toolkit.models.pickle_origin import Origin, origin_of

LINE = base64.b64decode(
    "BCJNGEBAwKECAABhgASVWAEAAQDxFF2UKIwac2tsZWFybi5saW5lYXJfbW9kZWwuX2Jhc2WUjBBMFQDwHVJlZ3Jlc3Npb26Uk5QpgZR9lCiMDWZp"
    "dF9pbnRlcmNlcHSUiIwGY29weV9YCgDwOW5fam9ic5ROjAhwb3NpdGl2ZZSJjA5uX2ZlYXR1cmVzX2luX5RLAYwFY29lZl+UjBNqb2JsaWIubnVt"
    "cHlfcGlja2xllIwRTg8AxkFycmF5V3JhcHBlcn4AwQhzdWJjbGFzc5SMBTYAYJSMB25kYSwA9BaUk5SMBXNoYXBllEsBhZSMBW9yZGVylIwBQ5SM"
    "BWR0eXBllGgSCgDxDZOUjAJmOJSJiIeUUpQoSwOMATyUTk5OSv////8FAPIGSwB0lGKMCmFsbG93X21tYXCUiIwbqAABbgD3CF9hbGlnbm1lbnRf"
    "Ynl0ZXOUSxB1Ygz/AQAR/gYAQu8/lTl1AXEAjAVyYW5rAQHSCXNpbmd1bGFyX5RoDtsAYGgRaBRoFboA0GgXaBhoGWgeaCGIaCJXABEFSgCkzTt/"
    "Zp6g5j+Vg1AAFQqHAUFflIwWnQDCLl9jb3JlLm11bHRpFgFwjAZzY2FsYUQBQmgeQwg7AKOgPJSGlFKUjBBfBgJBX3ZlcugBqowFMS41LjKUdWKZ"
    "AD9NiBOaAAAmC/8BAB8AAQD/////////////////////////////////////////////////////////////////////////////////////////"
    "////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
    "///////FUAAAAGUuAAAAAA=="
)
"""A fitted LinearRegression of scikit-learn 1.5.2 and 5,000 zeros: joblib.dump([...], compress=("lz4", 3))."""
HEAD = MAGIC + b"\x60\x40\x00"
"""Of blocks of at most 64 KiB by themselves, without checksums or sizes."""
END = bytes(4)


def content(frame: bytes) -> bytes:
    """What a frame holds."""
    return b"".join(unpacked(io.BytesIO(frame)))


def block(tokens: bytes) -> bytes:
    """A frame of one compressed block."""
    return HEAD + len(tokens).to_bytes(4, "little") + tokens + END


def test_file_of_joblib_tells_what_made_it(tmp_path: Path) -> None:
    """And that opening it takes the library."""
    (tmp_path / "line.joblib").write_bytes(LINE)

    assert origin_of(tmp_path / "line.joblib") == Origin({"scikit-learn": "1.5.2"}, helpers=("lz4",))


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (HEAD + END, b""),
        (HEAD + b"\x03\x00\x00\x80abc" + END, b"abc"),
        (block(b"\x30abc"), b"abc"),
        (block(b"\x14a\x01\x00\x10z"), b"aaaaaaaaaz"),
        (block(b"\x30abc\x03\x00\x10z"), b"abcabcaz"),
        (block(b"\xf0\x05" + b"x" * 20), b"x" * 20),
        (block(b"\x1fa\x01\x00\xff\x02\x00"), b"a" * 277),
    ],
)
def test_frames_are_unpacked(frame: bytes, expected: bytes) -> None:
    """Stored, written out, repeated, and repeated over themselves; lengths from 15 on go on in further bytes."""
    assert content(frame) == expected


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"PK\x03\x04", "no frame of lz4"),
        (MAGIC + b"\x61\x40\x00", "a frame of lz4 of another kind"),
        (MAGIC + b"\x60\x10\x00", "a frame of lz4 of another kind"),
        (LINE[:300], "a frame of lz4 that is cut short"),
        (HEAD + b"\xff\xff\xff\x7f", "a block of lz4 that is larger than its frame allows"),
        (block(b"\x50abc"), "a block of lz4 that is cut short"),
        (block(b"\xf0\xff"), "a block of lz4 that is cut short"),
        (block(b"\x14a\x09\x00"), "a block of lz4 that repeats what is not there"),
        (block(b"\x14a\x00\x00"), "a block of lz4 that repeats what is not there"),
        (block(b"\x1fa\x01\x00" + b"\xff" * 300), "a block of lz4 that is cut short"),
        (block(b"\x1fa\x01\x00" + b"\xff" * 300 + b"\x00"), "a block of lz4 that repeats what is not there"),
    ],
)
def test_what_is_no_frame_is_said_to_be_none(frame: bytes, reason: str) -> None:
    """A block makes no more than its frame allows, whatever it asks for."""
    with pytest.raises(NoLz4) as caught:
        content(frame)

    assert str(caught.value) == reason
