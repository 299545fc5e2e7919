"""A file in S3, or in what speaks as S3 does."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from sparely_export.refusals import install_hint
from sparely_export.registries.fetched import (
    CHUNK_BYTES,
    AwsRefused,
    Fetched,
    NoAccess,
    NoAddress,
    NotThere,
    Source,
    Tampered,
    check_digest,
    digest_of,
)

ADDRESS = re.compile(r"s3://(?P<bucket>[^/?]+)/(?P<key>[^?]*[^?/])(\?versionId=(?P<version>[^&]+))?")
EXPRESS = "--x-s3"
"""Ends the names of directory buckets, whose ETags are no digests."""
MISSING = ("NoSuchBucket", "NoSuchKey", "NoSuchVersion", "404")
UNLISTED = " Without s3:ListBucket it says so of a key that is not there, too."
TIMEOUT_SECONDS = 10


def fetch(address: str, folder: Path) -> Fetched:
    """
    Fetch `s3://bucket/key`, or `s3://bucket/key?versionId=…`, with the credentials that boto3 finds.

    Raises:
        NoAddress: it names no object.
        MissingPackage: boto3 is not installed.
        NotThere: there is no such bucket, key or version.
        NoAccess: there are no credentials, or nobody answers.
        AwsRefused: S3 does not give it.
        Tampered: it is not what S3 has a checksum of.
    """
    parts = ADDRESS.fullmatch(address)
    if parts is None:
        raise NoAddress(f"{address} names no object; expected s3://BUCKET/KEY, or s3://BUCKET/KEY?versionId=VERSION.")
    with install_hint("boto3", f"fetching {address}"):
        import boto3
        from botocore.config import Config
    file = folder / PurePosixPath(parts["key"]).name
    wanted: Any = {"Bucket": parts["bucket"], "Key": parts["key"], "ChecksumMode": "ENABLED"}
    if parts["version"]:
        wanted["VersionId"] = parts["version"]
    with _explained(address):
        client = boto3.client("s3", config=Config(connect_timeout=TIMEOUT_SECONDS, retries={"total_max_attempts": 2}))
        answer: Any = client.get_object(**wanted)
        with file.open("wb") as out:
            for chunk in answer["Body"].iter_chunks(CHUNK_BYTES):
                out.write(chunk)
    _check(address, file, answer, parts["bucket"])
    version = answer.get("VersionId")
    return Fetched(
        file=file,
        source=Source(
            registry="s3",
            name=f"{parts['bucket']}/{parts['key']}",
            version=version if version not in (None, "null") else answer["ETag"].strip('"'),
            sha256=digest_of(file),
        ),
    )


def _check(address: str, file: Path, answer: dict[str, Any], bucket: str) -> None:
    """
    Compare with the digests that S3 keeps: a SHA-256 of the whole object, one that its owner has put to it, its ETag.

    An ETag is the MD5 of what was put at once, and not encrypted with keys of KMS or of its owner.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (read 2026-11-28).
    """
    checksum = answer.get("ChecksumSHA256", "")
    if checksum and answer.get("ChecksumType") != "COMPOSITE" and "-" not in checksum:
        check_digest(address, file, "sha256", base64.b64decode(checksum).hex())
    owners = answer.get("Metadata", {}).get("sha256", "")
    if re.fullmatch("[0-9a-fA-F]{64}", owners):
        check_digest(address, file, "sha256", owners)
    etag = answer["ETag"].strip('"')
    encrypted = answer.get("ServerSideEncryption", "AES256") != "AES256" or "SSECustomerAlgorithm" in answer
    if re.fullmatch("[0-9a-f]{32}", etag) and not encrypted and not bucket.endswith(EXPRESS):
        check_digest(address, file, "md5", etag)


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Turn what boto3 raises into a sentence."""
    from botocore import exceptions

    try:
        yield
    except exceptions.FlexibleChecksumError as error:
        raise Tampered(address, "checksum", "another", _short(error)) from error
    except exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        if code in MISSING:
            raise NotThere(f"{address} is not there: S3 says {code}.") from error
        hint = UNLISTED if code == "AccessDenied" else ""
        raise AwsRefused(f"S3 does not give {address}: {_short(error)}.{hint}") from error
    except exceptions.ParamValidationError as error:
        raise NoAddress(f"{address} names no object: {_short(error)}") from error
    except exceptions.NoCredentialsError as error:
        raise NoAccess(
            f"{address} needs AWS credentials, and none are here: run `aws sso login`, or set AWS_PROFILE."
        ) from error
    except (exceptions.BotoCoreError, OSError) as error:
        raise NoAccess(f"{address} cannot be fetched: {_short(error)}") from error


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300].rstrip(".")
