"""A bucket in a mock of S3, the samples' service behind its function for it, and tables of one of its models."""

import csv
import gzip
import io
import json
import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sparely.batch.aws import app
from sparely.bundle import Bundle, read_bundles

from .sample_service import SERVICE
from .services import MODELS
from .tables import table as table

BUCKET = "tables"
MODEL = "winery/cultivar"
MAP = "arn:aws:states:us-east-1:123456789012:stateMachine:service-batch"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "BATCH_BUCKET": BUCKET,
    "BATCH_INPUT": "in/",
    "BATCH_OUTPUT": "out/",
    "BATCH_CONCURRENCY": "4",
}


# Step Functions runs what it is given, and Lambda calls no container.
INTERPRETED: Any = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}


class Invocation:
    """Lambda's context, of an invocation with so many seconds."""

    def __init__(self, seconds: float = 900.0) -> None:
        self._seconds = seconds
        self.aws_request_id = "8f7c1a52-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Always as many: a test sets how much an invocation has."""
        return round(self._seconds * 1_000)


class Bucket:
    """What a test puts in and finds in it."""

    def __init__(self) -> None:
        self.client: Any = boto3.client("s3")
        self.client.create_bucket(Bucket=BUCKET)

    def put(self, key: str, content: bytes, **told: str) -> None:
        """Upload an object, with what is told beside it."""
        self.client.put_object(Bucket=BUCKET, Key=key, Body=content, Metadata=told)

    def get(self, key: str) -> bytes:
        """What is in one."""
        return bytes(self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def names(self, start: str = "out/") -> list[str]:
        """What there is."""
        found = self.client.list_objects_v2(Bucket=BUCKET, Prefix=start)
        return [each["Key"] for each in found.get("Contents", ())]

    def manifest(self, name: str = "rows") -> dict[str, Any]:
        """What was done with the table of that name."""
        return dict(json.loads(self.get(f"out/{MODEL}/{name}.manifest.json")))


@pytest.fixture(scope="module")
def everywhere() -> Iterator[Bucket]:
    """A mock that lasts: making clients takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setattr(app, "_service", lambda: SERVICE)
        app._client.cache_clear()
        with mock_aws(config=INTERPRETED):
            yield Bucket()
        app._client.cache_clear()


@pytest.fixture
def bucket(everywhere: Bucket) -> Bucket:
    """An empty one, and the function's environment beside it."""
    for key in everywhere.names(""):
        everywhere.client.delete_object(Bucket=BUCKET, Key=key)
    return everywhere


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The model that is asked."""
    return next(each for each in read_bundles(MODELS) if each.path == MODEL)


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a table, compressed or not."""
    text = (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode()
    return [*csv.DictReader(io.StringIO(text, newline=""))]


def notification(key: str) -> dict[str, Any]:
    """What a bucket tells of an object."""
    return {"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": BUCKET}, "object": {"key": key}}}]}


def message(document: Any, name: str = "message-1") -> dict[str, Any]:
    """A queue's message of it."""
    body = document if isinstance(document, str) else json.dumps(document)
    return {"Records": [{"eventSource": "aws:sqs", "messageId": name, "body": body}]}


os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
