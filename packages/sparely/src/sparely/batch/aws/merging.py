"""Objects of S3 as one, copied where they lie: S3 takes no part below 5 MiB but the last, so small ones go together."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sparely.batch.aws.store import LEAST_PART_BYTES, THREADS, Store
from sparely.record import Record


class Piece(Record):
    """Bytes of an object, from `start` to before `end`."""

    key: str
    start: int
    end: int

    @property
    def size(self) -> int:
        """In bytes."""
        return self.end - self.start


def pieces_of(parts: Iterable[Piece], head: int, least: int = LEAST_PART_BYTES) -> list[list[Piece]]:
    """
    What each part of an upload is made of: one piece that S3 copies, or several small ones that go through memory.

    Args:
        head: bytes that stand before all of them, in the first part.
    """
    made: list[list[Piece]] = [[]]
    room = max(least - head, 0) if head else 0
    for key, start, end in parts:
        if room:
            taken = min(room, end - start)
            made[-1].append(Piece(key, start, start + taken))
            room, start = room - taken, start + taken
        if end - start >= least:
            made.append([Piece(key, start, end)])
        elif end > start:
            made.append([Piece(key, start, end)])
            room = least - (end - start)
    return made if head else made[1:]


def put_together(store: Store, key: str, head: bytes, parts: Sequence[Sequence[Piece]]) -> int:
    """
    Write an object of a head and of pieces of others.

    Returns:
        Its size in bytes.
    """
    if len(parts) < 2:
        content = head + b"".join(_read(store, each) for part in parts for each in part)
        store.write(key, content)
        return len(content)
    where = {"Bucket": store.bucket, "Key": key}
    with store.permitted("write", key):
        upload = store.client.create_multipart_upload(**where)["UploadId"]
    try:
        with ThreadPoolExecutor(THREADS) as threads:
            calls = [
                threads.submit(_part, store, {**where, "UploadId": upload, "PartNumber": number}, before, part)
                for number, before, part in _numbered(head, parts)
            ]
            sent = [each.result() for each in calls]
        store.client.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": sent})
    except BaseException:
        store.client.abort_multipart_upload(**where, UploadId=upload)
        raise
    return len(head) + sum(each.size for part in parts for each in part)


def _numbered(head: bytes, parts: Sequence[Sequence[Piece]]) -> Iterator[tuple[int, bytes, Sequence[Piece]]]:
    for number, part in enumerate(parts, 1):
        yield number, head if number == 1 else b"", part


def _part(store: Store, where: dict[str, Any], before: bytes, pieces: Sequence[Piece]) -> dict[str, Any]:
    if before or len(pieces) > 1 or pieces[0].size < LEAST_PART_BYTES:
        body = before + b"".join(_read(store, each) for each in pieces)
        answer = store.client.upload_part(**where, Body=body)
        tag = answer["ETag"]
    else:
        (piece,) = pieces
        answer = store.client.upload_part_copy(
            **where,
            CopySource={"Bucket": store.bucket, "Key": piece.key},
            CopySourceRange=f"bytes={piece.start}-{piece.end - 1}",
        )
        tag = answer["CopyPartResult"]["ETag"]
    return {"PartNumber": where["PartNumber"], "ETag": tag}


def _read(store: Store, piece: Piece) -> bytes:
    window = f"bytes={piece.start}-{piece.end - 1}"
    return bytes(store.client.get_object(Bucket=store.bucket, Key=piece.key, Range=window)["Body"].read())
