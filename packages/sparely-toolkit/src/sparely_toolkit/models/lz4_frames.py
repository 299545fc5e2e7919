"""Frames of LZ4, as joblib writes them, unpacked without a library: enough to read what made a model's file."""

from collections.abc import Iterator
from typing import IO

MAGIC = b"\x04\x22\x4d\x18"
WINDOW_BYTES = 1 << 16
"""How far back a block may repeat what came before it."""
BLOCK_BYTES = {4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22}
"""What a block holds at most, by its number in the frame's head."""
STORED = 1 << 31
LINKED, BLOCK_CHECKSUM, SIZE, DICTIONARY = 0x20, 0x10, 0x08, 0x01
"""Flags of the frame's head; blocks are linked where the first is not set."""
LEAST_MATCH = 4


class NoLz4(Exception):
    """The bytes are no frame of LZ4, or are cut short."""


def unpacked(file: IO[bytes]) -> Iterator[bytes]:
    """
    The content of a frame, block by block.

    Raises:
        NoLz4: it is none, or ends in its middle.

    Source: github.com/lz4/lz4, doc/lz4_Frame_format.md and doc/lz4_Block_format.md, read 2026-11-28.
    """
    if _exactly(file, len(MAGIC)) != MAGIC:
        raise NoLz4("no frame of lz4")
    flags, size = _exactly(file, 2)
    most = BLOCK_BYTES.get(size >> 4 & 7)
    if most is None or flags & DICTIONARY:
        raise NoLz4("a frame of lz4 of another kind")
    _exactly(file, 9 if flags & SIZE else 1)
    window = b""
    while head := int.from_bytes(_exactly(file, 4), "little"):
        length = head & ~STORED
        if length > most:
            raise NoLz4("a block of lz4 that is larger than its frame allows")
        content = _exactly(file, length)
        if not head & STORED:
            content = _block(content, window, most)
        if flags & BLOCK_CHECKSUM:
            _exactly(file, 4)
        if not flags & LINKED:
            window = (window + content)[-WINDOW_BYTES:]
        yield content


def _block(block: bytes, window: bytes, most: int) -> bytes:
    """What a block of tokens makes: bytes that stand in it, and repeats of those before."""
    made, place = bytearray(window), 0
    while place < len(block):
        token = block[place]
        count, place = _length(block, place + 1, token >> 4)
        if count > len(block) - place:
            raise NoLz4("a block of lz4 that is cut short")
        made += block[place : place + count]
        place += count
        if place == len(block):  # the last token repeats nothing
            break
        back = int.from_bytes(block[place : place + 2], "little")
        count, place = _length(block, place + 2, token & 15)
        count += LEAST_MATCH
        if not 0 < back <= len(made) or len(made) - len(window) + count > most:
            raise NoLz4("a block of lz4 that repeats what is not there")
        repeated = made[len(made) - back :][:count]
        made += (repeated * (count // back + 1))[:count]
    return bytes(made[len(window) :])


def _length(block: bytes, place: int, start: int) -> tuple[int, int]:
    """A length and the place behind it: 15 goes on in the next bytes, as long as they are 255."""
    length = start
    while start == 15:
        if place >= len(block):
            raise NoLz4("a block of lz4 that is cut short")
        length += block[place]
        place += 1
        if block[place - 1] != 255:
            break
    return length, place


def _exactly(file: IO[bytes], count: int) -> bytes:
    content = file.read(count)
    if len(content) < count:
        raise NoLz4("a frame of lz4 that is cut short")
    return content
