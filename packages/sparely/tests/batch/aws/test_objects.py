"""An object of S3 in one invocation: the answers of the API, faults with their lines, and what was done."""

import gzip
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest

from sparely.batch.aws import app, store
from sparely.batch.aws.store import NotScored
from sparely.batch.blocks import Csv
from sparely.bundle import Bundle
from sparely.kinds import flattened
from support.objects import BUCKET, MAP, MODEL, Bucket, Invocation, message, notification, rows_of, table
from support.sample_service import SERVICE

KEY = f"in/{MODEL}/rows.csv"
SCORED = f"out/{MODEL}/rows.scored.csv"
ERRORS = f"out/{MODEL}/rows.errors.csv"


def score(key: str = KEY, **call: Any) -> dict[str, Any]:
    """Name an object to the function."""
    return dict(app.lambda_handler({"key": key, **call}, Invocation()))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks and parts so small that a table of a test has many."""
    monkeypatch.setattr("sparely.batch.source.BLOCK_BYTES", 2_000)
    monkeypatch.setattr(store, "FIRST_CHUNK_BYTES", 700)
    monkeypatch.setattr(store, "CHUNK_BYTES", 5_000)


def test_rows_of_an_object_get_the_answers_of_the_api(bucket: Bucket, bundle: Bundle) -> None:
    """Each its own, behind its own columns and before its model's version."""
    bucket.put(KEY, table(bundle, 50))

    score()

    for row in rows_of(bucket.get(SCORED)):
        instance = bundle.instances[int(row["id"]) % len(bundle.instances)]
        area, model = MODEL.split("/")
        call = {"area": area, "model": model, "instances": [instance]}
        expected = dict(flattened(SERVICE(call, Invocation())["predictions"][model][0]))
        assert {name: row[name] for name in expected} == {name: str(value) for name, value in expected.items()}
        assert row["version"] == bundle.manifest.version
        assert row["hue"] == str(instance["hue"])


@pytest.mark.usefixtures("small")
def test_bad_rows_are_told_by_their_lines(bucket: Bucket, bundle: Bundle) -> None:
    """And cost the others nothing."""
    bucket.put(KEY, table(bundle, 400, {5: "x", 77: "1,2", 300: '7,"not closed'}))

    done = score()

    assert [row["line"] for row in rows_of(bucket.get(ERRORS))] == ["5", "77", "300"]
    assert [int(row["id"]) for row in rows_of(bucket.get(SCORED))] == [n for n in range(400) if n not in (3, 75, 298)]
    assert (done["rows"], done["refused"]) == (397, 3)


def test_columns_to_keep_are_told_beside_the_object(bucket: Bucket, bundle: Bundle) -> None:
    """As its metadata."""
    bucket.put(KEY, table(bundle, 3), keep="id")

    score()

    assert [*rows_of(bucket.get(SCORED))[0]][:2] == ["id", "label"]


def test_the_manifest_says_what_was_done(bucket: Bucket, bundle: Bundle) -> None:
    """Of what, by what, and what is there now."""
    content = table(bundle, 3)
    bucket.put(KEY, content)

    done = score()

    assert done == bucket.manifest()
    assert done["object"]["bytes"] == len(content)
    assert done["versions"] == {bundle.name: bundle.manifest.version}
    assert done["answers"]["bytes"] == len(bucket.get(SCORED))
    assert done["errors"] is None
    assert bucket.names() == [f"out/{MODEL}/rows.manifest.json", SCORED]


def test_tables_whose_suffixes_alone_differ_leave_each_other_alone(bucket: Bucket, bundle: Bundle) -> None:
    """Answers, faults and manifest of each stay, whichever is scored last."""
    names = ["rows.csv", "rows.csv.gz", "rows.csv.GZ", "rows.tsv", "rows.jsonl"]
    written: list[str] = []
    for name in names:
        content = b"{}\n" if name == "rows.jsonl" else table(bundle, 3, {2: "x"})
        bucket.put(f"in/{MODEL}/{name}", gzip.compress(content) if name.lower().endswith("gz") else content)

        score(f"in/{MODEL}/{name}")
        written = [*written, *(key for key in bucket.names() if key not in written)]

    assert len(bucket.names()) == len(written) == 3 * len(names)
    assert bucket.manifest("rows")["refused"] == 1


@pytest.mark.parametrize("output", ["in/out/", "in/winery/", f"in/{MODEL}/", "in/"])
def test_answers_below_what_is_scored_are_no_tables(
    output: str, bucket: Bucket, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bucket tells of them too, and it would never end."""
    monkeypatch.setenv("BATCH_OUTPUT", output)
    bucket.put(KEY, table(bundle, 3, {2: "x"}), keep="id")
    app.lambda_handler(message(notification(KEY)), Invocation())
    written = bucket.names("in/")

    for key in written:
        assert app.lambda_handler(message(notification(key)), Invocation()) == {"batchItemFailures": []}

    assert len(written) == 4
    assert bucket.names("in/") == written


@pytest.mark.parametrize(
    "name", ["a b+c \xfc%2B&=.csv", "x//y.csv", "\u65e5\u672c.csv", "x?versionId=3#y.csv", " .csv"]
)
def test_any_key_is_found_and_answered_beside(name: str, bucket: Bucket, bundle: Bundle) -> None:
    """As a bucket writes it in what it tells."""
    bucket.put(f"in/{MODEL}/{name}", table(bundle, 3))

    app.lambda_handler(message(notification(quote_plus(f"in/{MODEL}/{name}", safe="/"))), Invocation())

    assert f"out/{MODEL}/{name.removesuffix('.csv')}.scored.csv" in bucket.names()


def test_an_object_is_scored_once(bucket: Bucket, bundle: Bundle) -> None:
    """A message that comes twice finds what was done."""
    bucket.put(KEY, table(bundle, 3))
    first = score()
    changed = bucket.client.head_object(Bucket=BUCKET, Key=SCORED)["LastModified"]

    again = app.lambda_handler(message(notification(KEY)), Invocation())

    assert again == {"batchItemFailures": []}
    assert bucket.manifest() == first
    assert bucket.client.head_object(Bucket=BUCKET, Key=SCORED)["LastModified"] == changed


def test_what_is_uploaded_anew_is_scored_anew(bucket: Bucket, bundle: Bundle) -> None:
    """And no fault of what was there before stays."""
    bucket.put(KEY, table(bundle, 3, {2: "x"}))
    score()
    bucket.put(KEY, table(bundle, 5))

    score()

    assert len(rows_of(bucket.get(SCORED))) == 5
    assert ERRORS not in bucket.names()


@pytest.mark.usefixtures("small")
def test_a_run_that_failed_leaves_nothing_half_written(
    bucket: Bucket, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next one gives what the first would have."""
    bucket.put(KEY, table(bundle, 400))
    expected = (score(), bucket.get(SCORED))[1]
    bucket.client.delete_object(Bucket=BUCKET, Key=f"out/{MODEL}/rows.manifest.json")
    bucket.client.delete_object(Bucket=BUCKET, Key=SCORED)
    monkeypatch.setattr(store, "PART_BYTES", 5 << 20)
    failing = Failing(Csv.score, after=5)
    monkeypatch.setattr(Csv, "score", lambda *call: failing(*call))

    first = app.lambda_handler(message(notification(KEY)), Invocation())
    left = bucket.names()
    second = app.lambda_handler(message(notification(KEY)), Invocation())

    assert first["batchItemFailures"] == [{"itemIdentifier": "message-1"}]
    assert left == []
    assert not bucket.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads")
    assert second["batchItemFailures"] == []
    assert bucket.get(SCORED) == expected


@pytest.mark.usefixtures("small")
def test_an_object_that_is_replaced_while_it_is_read_is_scored_as_it_is_now(
    bucket: Bucket, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No table is made of the halves of two."""
    bucket.put(KEY, table(bundle, 400))
    now = table(bundle, 300)
    by_rows = Csv.score

    def replacing(form: Csv, block: bytes, first_line: int) -> Any:
        bucket.put(KEY, now)
        return by_rows(form, block, first_line)

    monkeypatch.setattr(Csv, "score", replacing)
    first = app.lambda_handler(message(notification(KEY)), Invocation())
    left = bucket.names()
    monkeypatch.setattr(Csv, "score", by_rows)
    app.lambda_handler(message(notification(KEY)), Invocation())

    assert (first["batchItemFailures"], left) == ([{"itemIdentifier": "message-1"}], [])
    assert [row["id"] for row in rows_of(bucket.get(SCORED))] == [str(number) for number in range(300)]


class Failing:
    """A step that fails once."""

    def __init__(self, step: Callable[..., Any], after: int) -> None:
        self._step, self._left = step, after

    def __call__(self, *call: Any) -> Any:
        """Do it, but for one time."""
        self._left -= 1
        if self._left == 0:
            raise ConnectionError("reset")
        return self._step(*call)


def test_what_is_compressed_is_answered_compressed(bucket: Bucket, bundle: Bundle) -> None:
    """The same bytes each time."""
    bucket.put(f"{KEY}.gz", gzip.compress(table(bundle, 40)))

    score(f"{KEY}.gz")
    once = bucket.get(f"{SCORED}.gz")
    bucket.client.delete_object(Bucket=BUCKET, Key=f"out/{MODEL}/rows.csv.gz.manifest.json")
    score(f"{KEY}.gz")

    assert [row["id"] for row in rows_of(once)] == [str(number) for number in range(40)]
    assert bucket.get(f"{SCORED}.gz") == once


def test_json_lines_are_answered_in_json_lines(bucket: Bucket, bundle: Bundle) -> None:
    """An object a row."""
    lines = "".join(f"{json.dumps({'id': number, **bundle.instances[0]})}\n" for number in range(3))
    bucket.put(f"in/{MODEL}/2026/rows.jsonl", lines.encode())

    score(f"in/{MODEL}/2026/rows.jsonl")

    answers = bucket.get(f"out/{MODEL}/2026/rows.scored.jsonl").splitlines()
    assert [json.loads(each)["id"] for each in answers] == [0, 1, 2]


def test_an_areas_folder_asks_all_of_its_models(bucket: Bucket, bundle: Bundle) -> None:
    """About the same rows."""
    area, name = MODEL.split("/")
    bucket.put(f"in/{area}/rows.csv", table(bundle, 2))

    with pytest.raises(NotScored, match="lacks"):  # the other model takes more than this one's rows have
        score(f"in/{area}/rows.csv")
    done = score(f"in/{area}/rows.csv", model=f"{area}/{name}")

    assert done["rows"] == 2


def test_what_is_too_big_goes_to_the_map(bucket: Bucket, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known by its size and what its first rows took; nothing is written of it but that."""
    monkeypatch.setenv("BATCH_MAP", MAP)
    monkeypatch.setattr("sparely.batch.source.BLOCK_BYTES", 2_000)
    monkeypatch.setattr(store, "FIRST_CHUNK_BYTES", 7_000)
    monkeypatch.setattr(store, "CHUNK_BYTES", 7_000)
    states: Any = boto3.client("stepfunctions")
    role = "arn:aws:iam::123456789012:role/r"
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    states.create_state_machine(name="service-batch", definition=definition, roleArn=role)
    bucket.put(KEY, table(bundle, 2_000))

    for _ in range(2):
        told = app.lambda_handler(message(notification(KEY)), Invocation(seconds=22))

    executions = states.list_executions(stateMachineArn=MAP)["executions"]
    assert told == {"batchItemFailures": []}
    assert bucket.names() == [f"out/{MODEL}/rows.manifest.json"]
    assert [each["executionArn"] for each in executions] == [bucket.manifest()["execution"]]
    assert bucket.manifest()["reason"].endswith(f"; the map {MAP} scores it.")


def test_what_is_too_big_and_compressed_is_refused(
    bucket: Bucket, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can begin in its middle."""
    monkeypatch.setattr("sparely.batch.source.BLOCK_BYTES", 2_000)
    monkeypatch.setattr(store, "FIRST_CHUNK_BYTES", 20_000)
    monkeypatch.setattr(store, "CHUNK_BYTES", 20_000)
    bucket.put(
        f"{KEY}.gz", gzip.compress(table(bundle, 3_000, {3_001: "x" * 9, 3_000: random.randbytes(300_000).hex()}))
    )

    with pytest.raises(NotScored, match=r"about 1 minute at .* upload it uncompressed, or in parts\.$"):
        app.lambda_handler({"key": f"{KEY}.gz"}, Invocation(seconds=22))
    assert bucket.manifest("rows.csv.gz")["status"] == "refused"


@pytest.mark.parametrize("note", ["1e400", '{"a": ["\\ud800"]}'])
def test_a_member_that_nothing_can_write_costs_its_line_alone(note: str, bucket: Bucket, bundle: Bundle) -> None:
    """Beside the answers of all others."""
    key = f"in/{MODEL}/rows.jsonl"
    line = json.dumps(bundle.instances[0])
    bucket.put(key, f'{line}\n{line[:-1]}, "note": {note}}}\n{line}\n'.encode())

    done = score(key)

    assert (done["rows"], done["refused"]) == (2, 1)
    (fault,) = rows_of(bucket.get(f"out/{MODEL}/rows.jsonl.errors.csv"))
    assert (fault["line"], fault["detail"][:21]) == ("2", 'The member "note" has')
