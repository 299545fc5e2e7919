"""A bucket of S3: objects read in ranges as files are, and written in parts while they come into being."""

import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Literal, cast

from sparely.record import Record

CHUNK_BYTES = 8 << 20
"""Read in one request; the first is smaller, for many a reader looks at the beginning alone."""
FIRST_CHUNK_BYTES = 1 << 16
PART_BYTES = 8 << 20
LEAST_PART_BYTES = 5 << 20
"""S3 takes no smaller part of an upload but its last.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html (read 2026-11-29)."""
THREADS = 16
"""Calls of S3 at once, where many small objects are looked at."""
MOST_DELETED = 1_000
LEVEL = 5
NOT_THERE = {"404", "NoSuchKey", "NotFound"}
FORBIDDEN = {"403", "AccessDenied"}
TRIES = 4


class NotScored(Exception):
    """An object cannot be scored, however often it is tried; the sentence says why."""


class Changed(Exception):
    """An object is no longer what it was when its reading began; the next try finds what it is now."""


class Head(Record):
    """
    What S3 says of an object.

    Attributes:
        told: what whoever uploaded it has written beside it, `x-amz-meta-…`.
    """

    key: str
    size: int
    etag: str
    told: Mapping[str, str]


class Written(Record):
    """What has been written: bytes, and their digest."""

    size: int
    sha256: str


class Store:
    """One bucket; a right that is missing is told in a sentence."""

    def __init__(self, client: Any, bucket: str) -> None:
        """
        Args:
            client: boto3's of S3.
        """
        self.client, self.bucket = client, bucket

    def name(self, key: str) -> str:
        """As people write it."""
        return f"s3://{self.bucket}/{key}"

    def head(self, key: str) -> Head:
        """
        Look at an object.

        Raises:
            NotScored: there is none, or it may not be read.
        """
        try:
            with self.permitted("read", key):
                found = self.client.head_object(Bucket=self.bucket, Key=key)
        except self.client.exceptions.ClientError as error:
            if code_of(error) in NOT_THERE:
                raise NotScored(f"{self.name(key)}: there is no such object.") from None
            raise
        told = {name.lower(): value for name, value in found.get("Metadata", {}).items()}
        return Head(key, found["ContentLength"], found["ETag"].strip('"'), told)

    def read(self, key: str) -> bytes | None:
        """A small object; None where there is none."""
        try:
            with self.permitted("read", key):
                return bytes(self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        except self.client.exceptions.ClientError as error:
            if code_of(error) in NOT_THERE:
                return None
            raise

    def write(self, key: str, content: bytes) -> None:
        """A small object, whole or not at all."""
        with self.permitted("write", key):
            self.client.put_object(Bucket=self.bucket, Key=key, Body=content)

    def delete(self, keys: Iterable[str]) -> None:
        """Take objects away, whether they are there or not."""
        waiting = [{"Key": key} for key in keys]
        for start in range(0, len(waiting), MOST_DELETED):
            batch = waiting[start : start + MOST_DELETED]
            with self.permitted("delete", batch[0]["Key"]):
                self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": batch, "Quiet": True})

    def file(self, head: Head, end: int | None = None) -> "ObjectFile":
        """
        An object as what `TextFile` reads.

        Args:
            end: where it is taken to end, in bytes.
        """
        return ObjectFile(self, head, head.size if end is None else min(end, head.size))

    @contextmanager
    def permitted(self, what: str, key: str) -> Iterator[None]:
        """
        Do something that S3 may refuse.

        Raises:
            NotScored: it does.
        """
        try:
            yield
        except self.client.exceptions.ClientError as error:
            if (code := code_of(error)) in FORBIDDEN:
                raise NotScored(
                    f"{self.name(key)}: S3 lets this function not {what} it ({code}); BatchRole of template.yaml says "
                    "what it may."
                ) from None
            raise


class ObjectFile:
    """An object that opens like a file; several openings tell together how far it has been read."""

    def __init__(self, store: Store, head: Head, end: int) -> None:
        self.store, self.head, self.end = store, head, end
        self.position = 0

    def __str__(self) -> str:
        """Where it is."""
        return self.store.name(self.head.key)

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Its bytes in a stream that can be gone through forward and back."""
        return cast(BinaryIO, io.BufferedReader(_Ranged(self), FIRST_CHUNK_BYTES))

    def fetch(self, start: int, size: int) -> bytes:
        """
        Some of its bytes.

        Raises:
            Changed: it is another one by now.
        """
        client = self.store.client
        window = f"bytes={start}-{min(start + size, self.end) - 1}"
        for tries in range(TRIES):
            try:
                with self.store.permitted("read", self.head.key):
                    answer = client.get_object(
                        Bucket=self.store.bucket, Key=self.head.key, Range=window, IfMatch=f'"{self.head.etag}"'
                    )
                return bytes(answer["Body"].read())
            except client.exceptions.ClientError as error:
                if code_of(error) in ("412", "PreconditionFailed", *NOT_THERE):
                    raise Changed(f"{self} has changed while it was read.") from None
                raise
            except Exception as error:  # a connection that broke within the body, which boto3 does not mend
                if isinstance(error, NotScored) or tries == TRIES - 1:
                    raise
        raise AssertionError


class _Ranged(io.RawIOBase):
    """Bytes by their places, fetched in chunks."""

    def __init__(self, file: ObjectFile) -> None:
        self._file, self._at = file, 0
        self._held, self._start = b"", 0
        self._chunk = FIRST_CHUNK_BYTES

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.end}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        if self._at >= self._file.end:
            return 0
        if not self._start <= self._at < self._start + len(self._held):
            self._held, self._start = self._file.fetch(self._at, self._chunk), self._at
            self._chunk = CHUNK_BYTES
        place = self._at - self._start
        part = self._held[place : place + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        self._file.position = self._at
        return len(part)


class Writer:
    """An object that comes into being in parts: it is there when it is closed, whole, and not before."""

    def __init__(self, store: Store, key: str, *, packed: bool = False) -> None:
        """
        Args:
            packed: whether it is compressed by gzip, the same bytes for the same content.
        """
        self._store, self._key = store, key
        self._packer = zlib.compressobj(LEVEL, wbits=31) if packed else None
        self._buffer = bytearray()
        self._digest, self._size = hashlib.sha256(), 0
        self._upload, self._parts = "", list[dict[str, Any]]()

    def write(self, content: bytes) -> None:
        """Append to it."""
        self._take(self._packer.compress(content) if self._packer else content)
        while len(self._buffer) >= PART_BYTES:
            self._send(PART_BYTES)

    def close(self) -> Written:
        """End it: now it is there."""
        if self._packer:
            self._take(self._packer.flush())
        if not self._upload:
            self._store.write(self._key, bytes(self._buffer))
        else:
            if self._buffer:
                self._send(len(self._buffer))
            with self._store.permitted("write", self._key):
                self._store.client.complete_multipart_upload(
                    Bucket=self._store.bucket,
                    Key=self._key,
                    UploadId=self._upload,
                    MultipartUpload={"Parts": self._parts},
                )
        return Written(self._size, self._digest.hexdigest())

    def abort(self) -> None:
        """Let nothing come of it."""
        if self._upload:
            self._store.client.abort_multipart_upload(Bucket=self._store.bucket, Key=self._key, UploadId=self._upload)
            self._upload = ""

    def _take(self, content: bytes) -> None:
        self._buffer += content
        self._digest.update(content)
        self._size += len(content)

    def _send(self, size: int) -> None:
        where = {"Bucket": self._store.bucket, "Key": self._key}
        with self._store.permitted("write", self._key):
            if not self._upload:
                self._upload = self._store.client.create_multipart_upload(**where)["UploadId"]
            number = len(self._parts) + 1
            answer = self._store.client.upload_part(
                **where, UploadId=self._upload, PartNumber=number, Body=bytes(self._buffer[:size])
            )
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        del self._buffer[:size]


def code_of(error: Any) -> str:
    """AWS' name for what went wrong."""
    return str(error.response["Error"]["Code"])
