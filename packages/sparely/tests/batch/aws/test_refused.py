"""What cannot be scored is told in one sentence, and is not tried again."""

import gzip
import json
from typing import Any

import boto3
import pytest

from sparely.batch.aws import app
from sparely.batch.aws.app import UnknownEvent
from sparely.batch.aws.store import NotScored
from sparely.bundle import Bundle
from support.objects import MODEL, Bucket, Invocation, message, notification, table

NO_NAME = json.dumps({"Records": [{"s3": {"bucket": {"name": "tables"}, "object": {"key": 5}}}]})


@pytest.mark.parametrize(
    ("key", "content", "sentence"),
    [
        (f"in/{MODEL}/rows.csv", b"", r"s3://tables/in/winery/cultivar/rows\.csv: the file is empty\."),
        (f"in/{MODEL}/rows.csv", b"id,hue\n1,2\n", "its first line lacks"),
        (f"in/{MODEL}/rows.csv", b"HEAD,hue\n", 'its first line has "hue" twice'),
        (f"in/{MODEL}/rows.csv", b"HEAD,label\n", r'a column "label", as the answers have: .* --metadata keep=\w+\.$'),
        (f"in/{MODEL}/rows.csv", b"HEAD\r1,2\r3,4\r", "its first line ends with CR alone; save it with LF or CRLF"),
        (f"in/{MODEL}/rows.csv", b"HEAD\r1,2\n3,4\n", "its first line ends with CR alone"),
        (f"in/{MODEL}/rows.csv", b"\xff\xfei\x00", "it is UTF-16; save it as UTF-8"),
        (f"in/{MODEL}/rows.csv", b"PAR1\x15\x04", "Parquet is not read here, whatever its name"),
        (f"in/{MODEL}/rows.parquet", b"PAR1", r"rows\.parquet: Parquet is not read here, .*`make score` does"),
        (f"in/{MODEL}/rows.zip", b"PK", r"rows\.zip: its name does not say how it is written; it ends with \.csv"),
        ("in/winery/no/rows.csv", b"a\n", 'No model "winery/no"'),
        ("in/no/rows.csv", b"a\n", 'No area "no"'),
        ("in/rows.csv", b"a\n", "The object lies in no model's folder: in/AREA/MODEL/ asks a model"),
        ("elsewhere/rows.csv", b"a\n", 'what is scored begins with "in/" there'),
    ],
)
def test_what_is_no_table_is_refused(key: str, content: bytes, sentence: str, bucket: Bucket, bundle: Bundle) -> None:
    """With what would be right."""
    bucket.put(key, content.replace(b"HEAD", ",".join(bundle.instances[0]).encode()))

    with pytest.raises(NotScored, match=sentence):
        app.lambda_handler({"key": key}, Invocation())
    assert [key for key in bucket.names() if not key.endswith(".manifest.json")] == []


def test_what_ends_in_the_middle_is_refused_with_its_line(bucket: Bucket, bundle: Bundle) -> None:
    """And nothing is written that would be taken for all of it."""
    bucket.put(f"in/{MODEL}/rows.csv.gz", gzip.compress(table(bundle, 2_000))[:-20])

    with pytest.raises(NotScored, match=r"is damaged or ends in the middle, in line \d+"):
        app.lambda_handler({"key": f"in/{MODEL}/rows.csv.gz"}, Invocation())
    assert bucket.names() == [f"out/{MODEL}/rows.csv.gz.manifest.json"]


def test_an_object_that_is_not_there_is_named(bucket: Bucket) -> None:
    """As it was asked for."""
    with pytest.raises(NotScored, match=r"^s3://tables/in/winery/cultivar/no\.csv: there is no such object\.$"):
        app.lambda_handler({"key": f"in/{MODEL}/no.csv"}, Invocation())


def test_a_head_alone_has_a_table_without_answers(bucket: Bucket, bundle: Bundle) -> None:
    """Under its head."""
    bucket.put(f"in/{MODEL}/rows.csv", table(bundle, 0))

    done = app.lambda_handler({"key": f"in/{MODEL}/rows.csv"}, Invocation())

    assert (done["rows"], done["refused"]) == (0, 0)
    assert bucket.get(f"out/{MODEL}/rows.scored.csv").startswith(b"id,")


def test_a_bucket_that_refuses_is_told(bucket: Bucket, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    """With where the right belongs."""
    bucket.put(f"in/{MODEL}/rows.csv", table(bundle, 2))
    client = app._client("s3")
    refusal = client.exceptions.ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")

    def refuse(**call: Any) -> None:
        raise refusal

    monkeypatch.setattr(client, "put_object", refuse)

    with pytest.raises(NotScored, match=r"S3 lets this function not write it \(AccessDenied\); BatchRole"):
        app.lambda_handler({"key": f"in/{MODEL}/rows.csv"}, Invocation())


def test_a_message_of_what_cannot_be_scored_is_a_dead_letter_at_once(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the reason; no other try would end otherwise."""
    queue: Any = boto3.client("sqs")
    url = queue.create_queue(QueueName="dead")["QueueUrl"]
    monkeypatch.setenv("BATCH_DEAD_LETTERS", url)
    bucket.put(f"in/{MODEL}/a b.csv", b"")

    answer = app.lambda_handler(message(notification(f"in/{MODEL}/a+b.csv")), Invocation())

    (dead,) = queue.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert answer == {"batchItemFailures": []}
    assert json.loads(dead["Body"]) == notification(f"in/{MODEL}/a+b.csv")
    reason = dead["MessageAttributes"]["reason"]["StringValue"]
    assert reason == "s3://tables/in/winery/cultivar/a b.csv: the file is empty."


@pytest.mark.parametrize("key", [f"in/{MODEL}/rows.parquet", f"in/{MODEL}/rows.zip", "in/no/rows.csv", "in/rows.csv"])
def test_whatever_cannot_be_scored_has_a_manifest_that_says_why(key: str, bucket: Bucket) -> None:
    """Also where it is known by its name alone; the answer to a call that is itself wrong is its error."""
    bucket.put(key, b"a\n")

    with pytest.raises(NotScored) as error:
        app.lambda_handler({"key": key}, Invocation())

    (name,) = bucket.names()
    manifest = json.loads(bucket.get(name))
    assert (manifest["status"], manifest["reason"]) == ("refused", str(error.value))
    assert manifest["object"]["bytes"] == 2
    assert name.startswith("out/")


@pytest.mark.parametrize("call", [{"key": "elsewhere/rows.csv"}, {"key": f"in/{MODEL}/rows.csv", "etag": "old"}])
def test_a_call_that_is_wrong_says_nothing_of_the_object(call: dict[str, Any], bucket: Bucket, bundle: Bundle) -> None:
    """What may stand there of a run that was right stays."""
    bucket.put(call["key"], table(bundle, 2))

    with pytest.raises(NotScored):
        app.lambda_handler(call, Invocation())
    assert bucket.names() == []


@pytest.mark.parametrize("body", ["no JSON", "[" * 100_000, "[]", "{}", '{"Records": [{}]}', "5", NO_NAME])
@pytest.mark.usefixtures("bucket")
def test_a_message_that_tells_of_nothing_comes_back(body: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Until it is a dead letter; what is taken is told."""
    answer = app.lambda_handler(message(body), Invocation())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert app.TAKEN in json.loads(capsys.readouterr().out)["message"]


@pytest.mark.parametrize("document", [{"Service": "Amazon S3", "Event": "s3:TestEvent"}, notification("in/winery/")])
def test_what_asks_for_nothing_is_taken(document: Any, bucket: Bucket) -> None:
    """What S3 sends once of itself, and a folder."""
    assert app.lambda_handler(message(document), Invocation()) == {"batchItemFailures": []}
    assert bucket.names("") == []


@pytest.mark.parametrize("event", [{}, [], None, "key", {"Records": [{"eventSource": "aws:sns"}]}, {"rawPath": "/"}])
def test_any_other_event_is_named(event: Any) -> None:
    """With those that are taken."""
    with pytest.raises(UnknownEvent, match=r"nothing that can be scored; this function takes what a bucket tells"):
        app.lambda_handler(event, Invocation())


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ({"rows": 5}, '"rows" is nothing that can be asked for'),
        ({"model": 5}, '"model" is a text'),
        ({"keep": 5}, '"keep" is a list of columns'),
        ({"lacking": 5}, '"lacking" is a list of features'),
        ({"lacking": ["hue"]}, '"hue" cannot be lacking; no feature may'),
        ({"keep": ["no"]}, 'has no column "no"; it has "id"'),
        ({"format": "xml"}, '"format" is csv or jsonl'),
        ({"separator": ";;"}, '"separator" is one character'),
        ({"bucket": 5}, '"bucket" is a text'),
    ],
)
def test_a_call_that_asks_for_something_else_is_refused(
    call: dict[str, Any], sentence: str, bucket: Bucket, bundle: Bundle
) -> None:
    """With what may be asked for."""
    bucket.put(f"in/{MODEL}/rows.csv", table(bundle, 2))

    with pytest.raises(NotScored, match=sentence):
        app.lambda_handler({"key": f"in/{MODEL}/rows.csv", **call}, Invocation())


@pytest.mark.parametrize("separator", ["tab", "\\t", '"', "\n"])
def test_what_separates_no_cells_is_refused(separator: str, bucket: Bucket, bundle: Bundle) -> None:
    """In a sentence, also where there are quotes; nothing is tried again."""
    bucket.put(f"in/{MODEL}/rows.csv", table(bundle, 3).replace(b"0,", b'"0",', 1))

    with pytest.raises(NotScored, match=r'rows\.csv: the "separator" is one character that is no quote'):
        app.lambda_handler({"key": f"in/{MODEL}/rows.csv", "separator": separator}, Invocation())
