"""
The state machine of template.yaml, run here: by moto's interpreter, with the function that it calls in this process.

Its interpreter has all that the machine uses. One thing it does not do as AWS does: it tolerates every range that fails,
however many, so a test cannot see that the eleventh ends the map; the last step names what has failed all the same.
"""

import gzip
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto.awslambda_simple.models import LambdaSimpleBackend

from sparely.batch.aws import app, store
from sparely.batch.aws.job import Settings
from sparely.batch.aws.ranges import score_range
from sparely.batch.aws.store import NotScored
from sparely.bundle import Bundle
from support.objects import (
    BUCKET,
    MAP,
    MODEL,
    Bucket,
    Invocation,
    bucket,  # noqa: F401  # pytest finds the fixtures here
    bundle,  # noqa: F401
    everywhere,  # noqa: F401
    message,
    notification,
    rows_of,
    table,
)
from support.services import APIS
from tests.infrastructure.conftest import read

KEY = f"in/{MODEL}/rows.csv"
SCORED, ERRORS = f"out/{MODEL}/rows.scored.csv", f"out/{MODEL}/rows.errors.csv"
ROLE = "arn:aws:iam::123456789012:role/map"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:batch:live"
BAD = {5: "x", 77: "1,2", 150: '7,"one\ntwo",3', 300: '8,"not closed'}
LONGEST_S = 600.0


@pytest.fixture(scope="module")
def states(everywhere: Bucket) -> Iterator[Any]:  # noqa: F811
    """Step Functions with the machine, where blocks are small."""
    client: Any = boto3.client("stepfunctions")
    with pytest.MonkeyPatch.context() as patch, machine_of(client):
        patch.setattr("sparely.batch.source.BLOCK_BYTES", 2_000)
        yield client


@contextmanager
def machine_of(states: Any) -> Iterator[str]:
    """The machine's ARN in Step Functions, and Lambda with the function behind it."""
    machine = read(APIS[0]).document["Resources"]["BatchMap"]["Properties"]
    text = json.dumps(machine["Definition"]).replace("${Function}", FUNCTION)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LambdaSimpleBackend, "invoke", invoke)
        yield states.create_state_machine(name=MAP.rpartition(":")[2], definition=text, roleArn=ROLE)["stateMachineArn"]


def invoke(self: Any, function_name: str, qualifier: Any, body: Any, headers: Any, response_headers: Any) -> bytes:
    """Call the function as Lambda does; what it raises is its answer."""
    try:
        return json.dumps(app.lambda_handler(json.loads(body), Invocation())).encode()
    except Exception as error:
        response_headers["x-amz-function-error"] = "Unhandled"
        return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)}).encode()


def ended(states: Any, execution: str) -> dict[str, Any]:
    """What became of an execution."""
    end = time.monotonic() + LONGEST_S
    while (told := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < end
        time.sleep(0.05)
    return dict(told)


def run(states: Any) -> dict[str, Any]:
    """Start the machine with the table and wait for its end."""
    given = json.dumps({"key": KEY, "range_bytes": 2_000})
    name = f"run-{time.monotonic_ns()}"
    return ended(states, states.start_execution(stateMachineArn=MAP, name=name, input=given)["executionArn"])


@pytest.fixture
def expected(bucket: Bucket, bundle: Bundle) -> list[bytes]:  # noqa: F811
    """Both tables as one invocation gives them; the object alone is left."""
    bucket.put(KEY, table(bundle, 400, BAD))
    app.lambda_handler({"key": KEY}, Invocation())
    tables = [bucket.get(SCORED), bucket.get(ERRORS)]
    for key in bucket.names():
        bucket.client.delete_object(Bucket=BUCKET, Key=key)
    return tables


def test_the_map_gives_what_one_invocation_gives(states: Any, bucket: Bucket, expected: list[bytes]) -> None:  # noqa: F811
    """Byte for byte, in both tables."""
    told = run(states)

    assert told["status"] == "SUCCEEDED"
    assert [bucket.get(SCORED), bucket.get(ERRORS)] == expected
    done = json.loads(told["output"])
    assert (done["rows"], done["refused"]) == (396, 4)
    assert [row["line"] for row in rows_of(bucket.get(ERRORS))] == ["5", "77", "150", "301"]


def test_an_upload_that_is_too_big_ends_in_the_same_tables(
    states: Any,
    bucket: Bucket,  # noqa: F811
    expected: list[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the queue's message, the function's estimate and the map that it starts."""
    monkeypatch.setenv("BATCH_MAP", MAP)
    monkeypatch.setattr(store, "FIRST_CHUNK_BYTES", 7_000)
    monkeypatch.setattr(store, "CHUNK_BYTES", 7_000)

    app.lambda_handler(message(notification(KEY)), Invocation(seconds=22))
    told = ended(states, bucket.manifest()["execution"])

    assert told["status"] == "SUCCEEDED"
    assert [bucket.get(SCORED), bucket.get(ERRORS)] == expected
    assert bucket.manifest()["status"] == "done"


def test_a_range_that_fails_costs_the_others_nothing(
    states: Any,
    bucket: Bucket,  # noqa: F811
    expected: list[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The execution says which it was, and the next one scores it alone."""
    scored: list[int] = []

    def failing(job: Any, there: Any, part: Any, clock: Any) -> Any:
        scored.append(part["number"])
        if scored.count(2) == 1 and part["number"] == 2:
            raise NotScored("the disk of a stranger is full")
        return score_range(job, there, part, clock)

    monkeypatch.setattr("sparely.batch.aws.ranges.score_range", failing)

    first = run(states)
    before = len(scored)
    second = run(states)

    assert first["status"] == "FAILED"
    assert (
        "ranges of s3://tables/in/winery/cultivar/rows.csv have no answers (2): start the map again" in first["cause"]
    )
    assert second["status"] == "SUCCEEDED"
    assert before > 3
    assert [bucket.get(SCORED), bucket.get(ERRORS)] == expected


def test_what_cannot_be_parted_ends_the_execution_with_its_sentence(states: Any, bucket: Bucket) -> None:  # noqa: F811
    """And is not tried again."""
    bucket.put(KEY, gzip.compress(b"a,b\n"))

    told = run(states)

    assert told["status"] == "FAILED"
    assert (told["error"], "lacks" in told["cause"]) == ("NotScored", True)


@pytest.mark.parametrize(("reserved", "expected_at_once"), [("-1", 4), ("10", 4), ("3", 2), ("1", 1)])
def test_ranges_leave_an_environment_to_other_tables(
    reserved: str, expected_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the function has but so many."""
    monkeypatch.setenv("BATCH_CONCURRENCY", "4")
    monkeypatch.setenv("BATCH_RESERVED", reserved)

    assert Settings.read().concurrency == expected_at_once
