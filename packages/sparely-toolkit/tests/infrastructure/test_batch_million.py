"""A table of a million rows with seven bad ones, through the bucket's message and through the map."""

import random
import time
from typing import Any

import boto3
import pytest

from sparely.batch.aws import app
from sparely.bundle import Bundle
from sparely.kinds import flattened
from support.objects import (
    BUCKET,
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
from support.sample_service import SERVICE
from tests.infrastructure.test_batch_map import ERRORS, KEY, SCORED, ended, machine_of

ROWS, SAMPLED = 1_000_000, 10_000
BAD = [2, 77, 4_711, 250_000, 500_001, 999_000, 1_000_001]


@pytest.mark.soak
def test_a_million_rows_are_the_apis_answers_by_both_ways(
    bucket: Bucket,  # noqa: F811
    bundle: Bundle,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten thousand are compared, exactly the seven are told, and both ways give the same bytes."""
    bucket.put(KEY, table(bundle, ROWS, dict.fromkeys(BAD, "bad")), keep="id")

    app.lambda_handler(message(notification(KEY)), Invocation(seconds=36_000))

    single = [bucket.get(SCORED), bucket.get(ERRORS)]
    done = bucket.manifest()
    print({name: done[name] for name in ("rows", "refused", "seconds", "rows_a_second", "peak_memory_mb")})
    assert (done["rows"], done["refused"]) == (ROWS - len(BAD), len(BAD))
    assert [int(row["line"]) for row in rows_of(single[1])] == BAD
    _assert_answers(rows_of(single[0]), bundle)
    for key in bucket.names():
        bucket.client.delete_object(Bucket=BUCKET, Key=key)

    states: Any = boto3.client("stepfunctions")
    with machine_of(states) as machine:
        given = f'{{"key": "{KEY}", "range_bytes": 8000000}}'
        name = f"million-{time.monotonic_ns()}"
        told = ended(states, states.start_execution(stateMachineArn=machine, name=name, input=given)["executionArn"])

    assert told["status"] == "SUCCEEDED"
    done = bucket.manifest()
    print({name: done[name] for name in ("rows", "refused", "seconds", "rows_a_second", "peak_memory_mb")})
    assert [bucket.get(SCORED), bucket.get(ERRORS)] == single
    assert len(done["ranges"]) > 2


def _assert_answers(rows: list[dict[str, str]], bundle: Bundle) -> None:  # noqa: F811
    area, model = MODEL.split("/")
    sampled = random.Random(0).sample(rows, SAMPLED)
    for start in range(0, SAMPLED, 1_000):
        part = sampled[start : start + 1_000]
        instances = [dict(bundle.instances[int(row["id"]) % len(bundle.instances)]) for row in part]
        answer = SERVICE({"area": area, "model": model, "instances": instances}, Invocation())
        for row, prediction in zip(part, answer["predictions"][model], strict=True):
            expected = {name: str(value) for name, value in flattened(prediction)}
            assert {name: row[name] for name in expected} == expected
