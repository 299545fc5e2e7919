"""A model as a registry gave it: a file here, and what the registry says of it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sparely_export.refusals import LACKING, WRONG_CALL, Refusal
from sparely_export.signature import Column

RECORD = "fetched.json"
CHUNK_BYTES = 1 << 20
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/")
"""Two letters at least: one would be a drive."""
NAMES = {"sha256": "SHA-256", "sha1": "SHA-1", "md5": "MD5"}


class NoAddress(Refusal):
    """What was given names no model of a registry."""

    exit_code = WRONG_CALL


class NotThere(Refusal):
    """The registry has no such model, version, alias or file."""

    exit_code = WRONG_CALL


class NoAccess(Refusal):
    """The registry cannot be reached, or does not know who asks."""

    exit_code = LACKING


class AwsRefused(Refusal):
    """AWS has answered, and said no."""

    exit_code = 4


class Tampered(Refusal):
    """What was fetched is not what the registry has a digest of."""

    def __init__(self, address: str, algorithm: str, digest: str, expected: str) -> None:
        super().__init__(
            f"{address} is not what its registry says: the {algorithm} of what came is {digest}, and the registry's is "
            f"{expected}. It was not opened; ask whoever keeps it what happened to it, and register it anew."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    Where a model came from, as its manifest keeps it.

    Attributes:
        registry: "mlflow", "s3" or "huggingface".
        name: the registry's name of it.
        version: which of that name; an alias is not kept, since it moves.
        sha256: of the file that was opened.
        run_id: of the run that logged it.
        metrics: of that run, as they were when it was fetched.
    """

    registry: str
    name: str
    version: str | None = None
    sha256: str
    run_id: str | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the member `source` of the manifest's `training`."""
        return {name: value for name, value in asdict(self).items() if value not in (None, {})}

    def __str__(self) -> str:
        version = f", version {self.version}" if self.version else ""
        run = f", run {self.run_id}" if self.run_id else ""
        return f"{self.registry}: {self.name}{version}{run}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """
    A model's file, and what its registry says.

    Attributes:
        versions: of the packages that the model was fitted with, and of "python", where the registry tells.
        columns: what its signature takes, where it has one that names columns.
    """

    file: Path
    source: Source
    versions: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()

    def write(self, record: Path) -> None:
        """Write a record beside the file, for an export that runs in another process."""
        content = {
            "file": self.file.relative_to(record.parent).as_posix(),
            "source": self.source.as_json(),
            "versions": dict(self.versions),
            "columns": [asdict(column) for column in self.columns],
        }
        record.write_text(json.dumps(content, indent=2), "utf-8")

    @classmethod
    def read(cls, record: Path) -> "Fetched":
        """
        Read what `write` wrote.

        Raises:
            NoAddress: it is no such file.
        """
        try:
            content = json.loads(record.read_text("utf-8"))
            return cls(
                file=record.parent / content["file"],
                source=Source(**content["source"]),
                versions=content["versions"],
                columns=tuple(Column(**column) for column in content["columns"]),
            )
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise NoAddress(f"{record} is no record of a fetched model ({' '.join(str(error).split())}).") from error


def is_address(model: str) -> bool:
    """Whether a text names what a registry keeps, rather than a file."""
    return ADDRESS.match(model) is not None


def digest_of(file: Path, algorithm: str = "sha256", beginning: bytes = b"") -> str:
    """The digest of a file's bytes, in hexadecimal; `beginning` is hashed before them."""
    digest = hashlib.new(algorithm, beginning, usedforsecurity=False)
    with file.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def check_digest(address: str, file: Path, algorithm: str, expected: str, beginning: bytes = b"") -> None:
    """
    Compare a file with the digest that the registry has.

    Raises:
        Tampered: they differ.
    """
    digest = digest_of(file, algorithm, beginning)
    if digest != expected.lower():
        raise Tampered(address, NAMES[algorithm], digest, expected)
