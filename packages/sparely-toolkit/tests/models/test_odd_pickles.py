"""Files that are odd, broken or none at all: read as far as they go, and no exception."""

import io
import pickle
import random
import struct
import zlib
from pathlib import Path

import joblib
import numpy as np
import pytest

from sparely_toolkit.models import pickle_reading
from sparely_toolkit.models.pickle_origin import Origin, origin_of
from tests.models.pickles import FOREST, HERE, PIPELINE

ODD = {
    "persistent id": b"Pabc\n.",
    "binary persistent id": b"\x80\x02K\x01Q.",
    "a memo at the end of the world": b"\x80\x02K\x01r\xff\xff\xff\x7f.",
    "a dictionary with a list as key": b"}(]K\x01u.",
    "a set of lists": b"\x80\x04\x8f(]]\x90.",
    "a frozen set of lists": b"\x80\x04(]]\x91.",
    "a dictionary of old protocols": b"(]K\x01S'a'\nK\x02d.",
    "a state without an object": b"K\x01}b.",
    "items for a number": b"K\x01(K\x01K\x02u.",
    "appended to text": b"S'a'\nK\x01a.",
    "itself": b"\x80\x02]q\x00h\x00a.",
    "doubled": b"\x80\x02]" + b"2\x86" * 200 + b".",
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_constructs_are_read_over(tmp_path: Path, kind: str) -> None:
    """They are legal, or nearly; a version may stand behind them."""
    (tmp_path / "model.pkl").write_bytes(ODD[kind])

    assert origin_of(tmp_path / "model.pkl") == Origin({})


BROKEN = {
    "empty": b"",
    "no pickle": b"no pickle at all",
    "ends in the middle": pickle.dumps(FOREST)[:2_000],
    "a length beyond the end": b"\x80\x04\x8e" + struct.pack("<Q", 1 << 62) + b"abc.",
    "a frame beyond the end": b"\x80\x04\x95" + struct.pack("<Q", 1 << 40) + b"abc.",
    "nothing on the stack": b"0000.",
    "an unknown protocol": b"\x80\xffN.",
    "a number of many digits": b"L" + b"9" * 10_000 + b"L\n.",
    "broken zlib": b"\x78\x9c" + bytes(50),
    "broken gzip": b"\x1f\x8b" + bytes(50),
    "broken lzma": b"\x5d\x00\x00" + bytes(50),
    "zlib, cut short": zlib.compress(pickle.dumps(list(range(5_000))))[:500],
    "lz4": b"\x04\x22\x4d\x18" + bytes(50),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_file_is_said_to_be_unread(tmp_path: Path, kind: str) -> None:
    """In a few words, and without an exception."""
    (tmp_path / "model.pkl").write_bytes(BROKEN[kind])

    origin = origin_of(tmp_path / "model.pkl")

    assert origin.unread
    assert "\n" not in origin.unread


def test_what_was_read_before_the_break_counts(tmp_path: Path) -> None:
    """A version stands early in a file of many trees."""
    content = pickle.dumps([FOREST, FOREST.estimators_[0]])
    (tmp_path / "model.pkl").write_bytes(content[: content.rindex(b"_sklearn_version") + 60] + b"\xff")

    assert origin_of(tmp_path / "model.pkl").versions == HERE


def test_file_that_unpacks_without_an_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few kB of zlib can hold more than there is memory."""
    monkeypatch.setattr(pickle_reading, "MOST_BYTES", 1_000_000)
    bomb = pickle.dumps(np.zeros(5_000_000, dtype=np.uint8).tobytes())
    (tmp_path / "model.joblib").write_bytes(zlib.compress(bomb))

    assert origin_of(tmp_path / "model.joblib").unread.startswith("it holds more than")


def test_any_bytes_are_read_without_an_exception(tmp_path: Path) -> None:
    """Seeded changes of real files, and bytes at random."""
    buffer = io.BytesIO()
    joblib.dump(PIPELINE, buffer)
    draws = random.Random(0)
    file = tmp_path / "model.joblib"
    for whole in (buffer.getvalue(), pickle.dumps(PIPELINE), draws.randbytes(3_000)):
        for _ in range(150):
            changed = bytearray(whole)
            for _ in range(draws.randint(1, 20)):
                changed[draws.randrange(len(changed))] = draws.randrange(256)
            file.write_bytes(changed[: draws.randrange(1, len(changed))])
            assert isinstance(origin_of(file), Origin)
