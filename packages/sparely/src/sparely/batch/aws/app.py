"""
What Lambda calls to score objects of S3: `sparely.batch.aws.app.lambda_handler`, in the package that serves requests.

An event is a notification of a bucket, as S3 sends it or a queue hands it on; a call that names an object; or one of
the three steps of the map. boto3 is the runtime's own, and nothing else of the package imports it.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from sparely.batch.aws import ranges
from sparely.batch.aws.job import Job, Settings, WrongCall, job_of, manifest_of
from sparely.batch.aws.scoring import TooBig, score_object, write_document, write_manifest
from sparely.batch.aws.store import NotScored, Store, code_of
from sparely.batch.entry import HANDLER, find_service
from sparely.service import Service

STEPS = ("split", "range", "merge")
TAKEN = (
    "this function takes what a bucket tells of an object, as it is or as a queue's message, "
    '{"key": ...} of an object, and the steps of the map'
)
REFUSED, HANDED_ON = "refused", "map"
LOGGED = ("status", "rows", "refused", "lacking", "execution", "reason")
NAME_AT_MOST = 80
"""Characters of an execution's name."""


class UnknownEvent(Exception):
    """It is none that is taken."""


def lambda_handler(event: Any, context: Any) -> Any:
    """
    Score what an event names.

    Returns:
        For a queue the messages that failed, which it gives again and then keeps as dead letters; for a call what was
        done, as the manifest beside the answers has it; for a step of the map what the next one needs.

    Raises:
        NotScored: of a call or a step, that nothing can be made of the object.
        UnknownEvent: it is none that is taken.
    """
    if isinstance(event, dict) and event.get("step") in STEPS:
        return _step(event, context)
    if isinstance(event, dict) and "key" in event:
        return _score(event, context, context.aws_request_id)
    records = event.get("Records") if isinstance(event, dict) else None
    if isinstance(records, list) and all(isinstance(each, dict) for each in records):
        sources = {each.get("eventSource") for each in records}
        if sources == {"aws:sqs"}:
            return _messages(records, context)
        if sources == {"aws:s3"}:
            return [_score(call, context, context.aws_request_id) for call in _calls(event)]
    raise UnknownEvent(f"The event is nothing that can be scored; {TAKEN}.")


def _messages(records: list[dict[str, Any]], context: Any) -> dict[str, Any]:
    failed = []
    for record in records:
        try:
            for call in _calls(_document(record)):
                _score(call, context, record["messageId"])
        except (NotScored, UnknownEvent) as error:  # no other try would end otherwise
            if not _laid_aside(record, error):
                failed.append(record["messageId"])
        except Exception as error:  # the others are still to be scored
            _log("ERROR", f"{type(error).__name__}: {error}")
            failed.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _laid_aside(record: Mapping[str, Any], error: Exception) -> bool:
    """Whether a message could be put among the dead letters at once, with the reason."""
    queue = os.environ.get("BATCH_DEAD_LETTERS", "")
    if not queue:
        return False
    reason = {"DataType": "String", "StringValue": str(error)}
    try:
        _client("sqs").send_message(QueueUrl=queue, MessageBody=record["body"], MessageAttributes={"reason": reason})
    except Exception as failure:  # the queue does it in the end
        _log("ERROR", f"{type(failure).__name__}: {failure}")
        return False
    return True


def _document(record: Mapping[str, Any]) -> Any:
    try:
        return json.loads(record["body"])
    except (ValueError, RecursionError):
        raise _unknown("The message is no JSON") from None


def _calls(notification: Any) -> Iterator[dict[str, Any]]:
    """
    The objects that a bucket tells of; a message may also be a call.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html (read 2026-11-29).
    """
    if not isinstance(notification, dict):
        raise _unknown("The message is no object")
    if notification.get("Event") == "s3:TestEvent":  # S3 sends it once where a notification is set
        return
    if "key" in notification:
        yield notification
        return
    try:
        told = [
            (each["s3"]["bucket"]["name"], unquote_plus(each["s3"]["object"]["key"]))
            for each in notification["Records"]
        ]
    except (KeyError, TypeError, AttributeError):
        raise _unknown("The message is nothing that a bucket tells") from None
    settings = Settings.read()
    for bucket, key in told:
        # A folder, as the console makes one, and answers below what is scored.
        if not key.endswith("/") and not settings.is_answer(key):
            yield {"bucket": bucket, "key": key}


def _unknown(what: str) -> UnknownEvent:
    _log("ERROR", f"{what}; {TAKEN}.")
    return UnknownEvent(f"{what}; {TAKEN}.")


def _score(call: Mapping[str, Any], context: Any, request: str) -> dict[str, Any]:
    began = time.monotonic()
    settings = Settings.read()
    store = Store(_client("s3"), call.get("bucket") or settings.bucket)
    try:
        job = _job(call, store, settings)
        try:
            done = _scored(job, call, store, settings, context, request)
        except NotScored as error:
            write_manifest(job, store, {"reason": str(error)}, REFUSED)
            raise
    except NotScored as error:
        _log("ERROR", str(error))
        raise
    facts = {name: done[name] for name in LOGGED if name in done}
    _log("INFO", store.name(call["key"]), **facts, seconds=round(time.monotonic() - began, 3))
    return done


def _job(call: Mapping[str, Any], store: Store, settings: Settings) -> Job:
    """What there is to do; that nothing can be done is written beside where the answers would be."""
    try:
        return job_of(call, store, _service(), settings)
    except WrongCall:
        raise
    except NotScored as error:
        with suppress(NotScored):  # that it is not there either, or that nothing may be written
            head = store.head(call["key"])
            write_document(store, manifest_of(head.key, settings), head, REFUSED, {"reason": str(error)})
        raise


def _scored(
    job: Job, call: Mapping[str, Any], store: Store, settings: Settings, context: Any, request: str
) -> dict[str, Any]:
    try:
        return score_object(job, store, _clock(context))
    except TooBig as error:
        return _handed_on(error, call, store, settings, request)


def _handed_on(
    error: TooBig, call: Mapping[str, Any], store: Store, settings: Settings, request: str
) -> dict[str, Any]:
    """
    Have the map score what an invocation cannot.

    Raises:
        NotScored: it cannot either, or there is none.
    """
    job: Job = error.job
    if job.is_packed:
        raise NotScored(
            f"{error}; what gzip has compressed cannot be parted by the map: upload it uncompressed, or in parts."
        )
    if not settings.map:
        raise NotScored(f"{error}; BATCH_MAP names no map that scores it in ranges.")
    name = f"{job.run}-{request}"[:NAME_AT_MOST]
    states = _client("stepfunctions")
    given = json.dumps({**call, "bucket": store.bucket})
    try:
        states.start_execution(stateMachineArn=settings.map, name=name, input=given)
    except states.exceptions.ClientError as failure:
        if code_of(failure) != "ExecutionAlreadyExists":  # the message came twice
            raise
    execution = f"{settings.map.replace(':stateMachine:', ':execution:')}:{name}"
    told = {"reason": f"{error}; the map {settings.map} scores it.", "execution": execution}
    return write_manifest(job, store, told, HANDED_ON)


def _step(event: Mapping[str, Any], context: Any) -> Any:
    settings = Settings.read()
    call = event["call"]
    store = Store(_client("s3"), call.get("bucket") or settings.bucket)
    try:
        job = _job(call, store, settings)
        try:
            return _stepped(job, event, store, settings, context)
        except NotScored as error:
            if event["step"] != "range":
                write_manifest(job, store, {"reason": str(error)}, REFUSED)
            raise
    except NotScored as error:
        _log("ERROR", str(error))
        raise


def _stepped(job: Job, event: Mapping[str, Any], store: Store, settings: Settings, context: Any) -> Any:
    clock = _clock(context)
    try:
        if event["step"] == "split":
            return ranges.split(job, event["call"], store, clock, settings.concurrency)
        if event["step"] == "range":
            return ranges.score_range(job, store, event["range"], clock)
        return ranges.merge(job, store, event["began"])
    except TooBig as error:
        is_range = event["step"] == "range"
        mend = "start the map with a smaller range_bytes" if is_range else "upload it in several files"
        raise NotScored(f"{error}; {mend}.") from None


def _clock(context: Any) -> Any:
    return lambda: context.get_remaining_time_in_millis() / 1_000


def _log(level: str, message: str, **facts: Any) -> None:
    print(json.dumps({"level": level, "message": message, **facts}, ensure_ascii=False))  # noqa: T201


@cache
def _service() -> Service:
    return find_service(os.environ.get("SERVICE_HANDLER", HANDLER))


@cache
def _client(name: str) -> Any:
    import boto3

    make: Any = boto3.client
    return make(name)
