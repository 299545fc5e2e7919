"""Models in S3, which moto plays on loopback: with versions and checksums, and each way in which one does not come."""

import hashlib
import http.server
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from sparely_export.refusals import MissingPackage, Refusal
from sparely_export.registries import s3
from sparely_export.registries.fetched import AwsRefused, NoAccess, NoAddress, NotThere, Tampered
from support.mock_aws import mock_aws
from support.servers import answering

CONTENT = b"a fitted model" * 1_000


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """S3 on loopback."""
    with mock_aws() as address:
        yield address


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A bucket named models that keeps versions, found by what boto3 finds credentials and addresses by."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")).close()
    made = boto3.resource("s3").create_bucket(Bucket="models")
    made.Versioning().enable()
    return made


class Altering(http.server.BaseHTTPRequestHandler):
    """Stands between, and alters what objects hold, not what is said of them."""

    behind = ""
    dropped: tuple[str, ...] = ()

    def do_GET(self) -> None:
        request = urllib.request.Request(self.behind + self.path, headers=dict(self.headers))
        with urllib.request.urlopen(request) as answer:
            body = answer.read().replace(b"fitted", b"forged")
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in ("connection", "transfer-encoding", *self.dropped):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def altering(bucket: Any, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever asks S3 asks through what alters."""
    Altering.behind = endpoint
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Altering)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    with answering(server):
        yield


def test_an_object_comes_with_its_version(bucket: Any, tmp_path: Path) -> None:
    """Its newest, if the address names none."""
    bucket.put_object(Key="churn/model.joblib", Body=b"older")
    newest = bucket.put_object(Key="churn/model.joblib", Body=CONTENT)

    fetched = s3.fetch("s3://models/churn/model.joblib", tmp_path)

    assert (fetched.file.name, fetched.file.read_bytes()) == ("model.joblib", CONTENT)
    assert fetched.source.as_json() == {
        "registry": "s3",
        "name": "models/churn/model.joblib",
        "version": newest.version_id,
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
    }


def test_an_older_version_comes_by_its_name(bucket: Any, tmp_path: Path) -> None:
    """As S3 names it."""
    older = bucket.put_object(Key="model.joblib", Body=b"older").version_id
    bucket.put_object(Key="model.joblib", Body=CONTENT)

    fetched = s3.fetch(f"s3://models/model.joblib?versionId={older}", tmp_path)

    assert (fetched.file.read_bytes(), fetched.source.version) == (b"older", older)


def test_a_bucket_without_versions_tells_the_etag(bucket: Any, tmp_path: Path) -> None:
    """Which changes with the content."""
    boto3.resource("s3").create_bucket(Bucket="plain").put_object(Key="model.joblib", Body=CONTENT)

    fetched = s3.fetch("s3://plain/model.joblib", tmp_path)

    assert fetched.source.version == hashlib.md5(CONTENT).hexdigest()


def test_an_object_put_in_parts_comes_though_its_etag_is_no_digest(bucket: Any, tmp_path: Path) -> None:
    """Large models are."""
    parts = [b"x" * 5_300_000, b"fitted"]
    upload = bucket.Object("large.joblib").initiate_multipart_upload()
    made = [upload.Part(number).upload(Body=part)["ETag"] for number, part in enumerate(parts, 1)]
    upload.complete(MultipartUpload={"Parts": [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(made, 1)]})

    assert s3.fetch("s3://models/large.joblib", tmp_path).file.read_bytes() == b"".join(parts)


@pytest.mark.parametrize(
    ("more", "dropped"),
    [
        ({"ChecksumAlgorithm": "SHA256"}, ()),
        ({"ChecksumAlgorithm": "CRC32"}, ()),
        ({}, ("x-amz-checksum-crc32",)),
        ({"Metadata": {"sha256": hashlib.sha256(CONTENT).hexdigest()}}, ("x-amz-checksum-crc32", "etag")),
    ],
    ids=["its SHA-256", "its CRC", "its ETag", "its owner's SHA-256"],
)
@pytest.mark.usefixtures("altering")
def test_an_altered_object_is_refused(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], dropped: tuple[str, ...]
) -> None:
    """By whichever digest S3 has of it."""
    bucket.put_object(Key="model.joblib", Body=CONTENT, **more)
    monkeypatch.setattr(Altering, "dropped", dropped)

    with pytest.raises(Tampered, match=r"s3://models/model.joblib is not what its registry says: .* was not opened"):
        s3.fetch("s3://models/model.joblib", tmp_path)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("s3://models/nothing.joblib", "NoSuchKey"),
        ("s3://nobody/model.joblib", "NoSuchBucket"),
        ("s3://models/model.joblib?versionId=nothing", "NoSuchVersion"),
    ],
)
def test_what_is_not_there_is_a_wrong_call(bucket: Any, tmp_path: Path, address: str, code: str) -> None:
    """In S3's own word."""
    bucket.put_object(Key="model.joblib", Body=CONTENT)

    with pytest.raises(NotThere) as caught:
        s3.fetch(address, tmp_path)

    assert (str(caught.value), caught.value.exit_code) == (f"{address} is not there: S3 says {code}.", 2)


def test_what_aws_refuses_ends_with_four(bucket: Any, tmp_path: Path) -> None:
    """With its reason, such as that an object was put away."""
    bucket.put_object(Key="model.joblib", Body=CONTENT, StorageClass="GLACIER")

    with pytest.raises(AwsRefused) as caught:
        s3.fetch("s3://models/model.joblib", tmp_path)

    assert str(caught.value).startswith(
        "S3 does not give s3://models/model.joblib: An error occurred (InvalidObjectState)"
    )
    assert caught.value.exit_code == 4


@pytest.mark.usefixtures("bucket")
def test_nobody_who_answers_is_something_that_is_lacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As without a network."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(NoAccess) as caught:
        s3.fetch("s3://models/model.joblib", tmp_path)

    assert str(caught.value).startswith("s3://models/model.joblib cannot be fetched: Could not connect to the endpoint")
    assert caught.value.exit_code == 3


@pytest.mark.usefixtures("bucket")
def test_credentials_that_are_not_there_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that gets some."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)

    with pytest.raises(NoAccess) as caught:
        s3.fetch("s3://models/model.joblib", tmp_path)

    assert str(caught.value) == (
        "s3://models/model.joblib needs AWS credentials, and none are here: run `aws sso login`, or set AWS_PROFILE."
    )


@pytest.mark.parametrize("address", ["s3://models", "s3://models/", "s3://models/folder/", "s3:/models/a", "s3://M_/a"])
@pytest.mark.usefixtures("bucket")
def test_an_address_of_no_object_is_a_wrong_call(address: str, tmp_path: Path) -> None:
    """A folder is none either."""
    with pytest.raises(Refusal) as caught:
        s3.fetch(address, tmp_path)

    assert isinstance(caught.value, NoAddress | NotThere)


def test_without_boto3_the_command_that_installs_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is needed by whoever has models there."""
    monkeypatch.setitem(sys.modules, "boto3", None)

    with pytest.raises(
        MissingPackage, match=r"(?s)fetching s3://models/a needs the package boto3.*pip install.* boto3"
    ):
        s3.fetch("s3://models/a", tmp_path)


def test_a_model_is_fetched_by_a_command(bucket: Any, tmp_path: Path) -> None:
    """`python -m sparely_export.registries ADDRESS FOLDER` says where the record lies, beside the file."""
    bucket.put_object(Key="churn/model.joblib", Body=CONTENT)

    command = [sys.executable, "-m", "sparely_export.registries", "s3://models/churn/model.joblib", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    record = Path(done.stdout.strip())
    assert record.is_relative_to(tmp_path)
    assert (record.parent / "model.joblib").read_bytes() == CONTENT
