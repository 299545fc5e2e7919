"""
Scores blocks in an interpreter that sees the built package alone; run as a file, it imports of the toolkit `columnar`.

What it reads from stdin and writes to the pipe whose number it is given are frames: a length of four bytes and as many
bytes. First it writes what the models want, as JSON; then it is told how the file is written, as JSON; then each frame
is a block behind the number of its first line, and is answered by four numbers, the answers, the faults and, as JSON,
the features that no row had, where that is looked for.
"""

import gzip
import importlib.util
import json
import os
import struct
import sys
from typing import Any, BinaryIO

LENGTH = struct.Struct(">I")
LINE = struct.Struct(">Q")
NUMBERS = struct.Struct(">IIII")
LEVEL = 5
"""Of gzip: the table of answers is written at twice the speed of the highest, for a twentieth more bytes."""


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end."""
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def write_frame(stream: BinaryIO, *contents: bytes) -> None:
    """Write one, of what stands in it in order, and send it off."""
    stream.write(LENGTH.pack(sum(map(len, contents))))
    for each in contents:
        stream.write(each)
    stream.flush()


def _form(scorer: Any, options: dict[str, Any], *, is_columnar: bool) -> Any:
    """What reads and writes parts of the file's format: by columns where that can be."""
    if options["format"] == "parquet":
        from sparely_toolkit.score.columnar.frames import Frames

        return Frames(scorer, options["kept"], options["types"], options["schema"])
    from sparely.batch.blocks import Csv
    from sparely.batch.table import blocks_of

    plain = blocks_of(scorer, options)
    if is_columnar and isinstance(plain, Csv):
        from sparely_toolkit.score.columnar.text import ColumnarCsv

        if ColumnarCsv.can(scorer, options["separator"]):
            return ColumnarCsv(plain, scorer, options["names"], options["kept"], options["separator"])
    return plain


def main(handler: str, area: str, model: str, columns: str, pipe: str, beside: str, columnar: str) -> None:
    """
    Serve frames until stdin ends.

    Args:
        beside: the folder of a package sparely that has what does not ship; all else is the built one's.
        columnar: a folder with pyarrow and the toolkit, behind all that the package has; empty where there is none.
    """
    import sparely

    sparely.__path__.append(beside)
    if columnar:
        sys.path.append(columnar)
        if not importlib.util.find_spec("dateutil"):
            sys.modules["dateutil"] = None  # type: ignore[assignment]  # Arrow looks for it at each call
    stdin, answers = sys.stdin.buffer, os.fdopen(int(pipe), "wb")
    from sparely.batch.entry import find_service
    from sparely.batch.scorer import Scorer
    from sparely.handler.errors import ServiceError

    service = find_service(handler)
    try:
        scorer = Scorer(service, area, model, json.loads(columns))
    except ServiceError as error:
        write_frame(answers, json.dumps({"error": error.detail}).encode())
        return
    known = {
        "names": scorer.names,
        "needed": scorer.needed,
        "columns": scorer.columns,
        "versions": scorer.versions,
    }
    write_frame(answers, json.dumps(known).encode())
    told = read_frame(stdin)
    if told is None:
        return
    options = json.loads(told)
    form = _form(scorer, options, is_columnar=bool(columnar))

    def packed(content: bytes) -> bytes:
        return gzip.compress(content, LEVEL, mtime=0) if options["packed"] and content else content

    write_frame(answers, packed(form.head()))

    def answer() -> bool:  # a function, so that nothing of a block is held while the next is read
        frame = read_frame(stdin)
        if frame is None:
            return False
        block, line = frame[LINE.size :], LINE.unpack_from(frame)[0]
        del frame
        scored = form.score(block, line)
        content = packed(scored.answers)
        numbers = NUMBERS.pack(len(content), len(scored.faults), scored.rows, scored.refused)
        lacking = b"" if scored.lacking is None else json.dumps(scored.lacking).encode()
        write_frame(answers, numbers, content, scored.faults, lacking)
        return True

    while answer():
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
