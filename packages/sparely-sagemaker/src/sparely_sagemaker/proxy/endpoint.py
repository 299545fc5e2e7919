"""InvokeEndpoint: one call, and what its errors mean for a client; all other faults are those of sparely."""

import json
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from sparely.handler.errors import ServiceError
from sparely.handler.telemetry import log_exception

# Source: the service's model in botocore (sagemaker-runtime 2017-05-13), and
# docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html, read 2026-11-22.
BUSY = (
    "ModelNotReadyException",
    "ServiceUnavailable",
    "InternalDependencyException",
    "ThrottlingException",
    "Throttling",
)
# The connection was lost, most often while the environment was frozen; a prediction may be asked for twice.
LOST = (ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError)
PROBLEM_TYPE = "urn:problem-type:"
RETRY_AFTER_S = "5"


class EndpointBusy(ServiceError):
    """The endpoint is loading the models, is throttled or takes no requests; it will."""

    status, kind, title = 503, "not-ready", "The models are not ready"

    def __init__(self) -> None:
        super().__init__(
            "The models are being loaded or the endpoint is busy; try again.", headers={"retry-after": RETRY_AFTER_S}
        )


class EndpointFailed(ServiceError):
    """The endpoint did not answer, or not as its contract says; the log has the cause."""

    status, kind, title = 502, "endpoint-failed", "The endpoint failed"

    def __init__(self) -> None:
        super().__init__("The endpoint failed. The log has the cause under this answer's request id.")


class EndpointTimedOut(ServiceError):
    """The endpoint took longer than this function waits."""

    status, kind, title = 504, "endpoint-timed-out", "The endpoint took too long"

    def __init__(self) -> None:
        super().__init__("The endpoint took too long to answer.")


@dataclass(frozen=True, slots=True)
class Answered:
    """What the container answered: a body that goes on as it is."""

    status: int
    media_type: str
    body: str
    versions: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One question to the endpoint; `target` is the archive's path under the endpoint's prefix."""

    target: str
    attributes: str
    content_type: str
    body: bytes


def connect(timeout_s: float) -> Any:
    """
    Make boto3's client of SageMaker's runtime.

    Its own retries are off: they also follow a read timeout, and twice `timeout_s` is more than this function has.
    """
    config = Config(
        connect_timeout=2,
        read_timeout=timeout_s,
        retries={"total_max_attempts": 1, "mode": "standard"},
        max_pool_connections=1,
    )
    return boto3.client("sagemaker-runtime", config=config)


def invoke(client: Any, endpoint: str, call: Call) -> Answered:
    """
    Ask the endpoint.

    Raises:
        EndpointBusy, EndpointFailed, EndpointTimedOut: there is no answer of the container's own.
    """
    try:
        try:
            response = _ask(client, endpoint, call)
        except LOST:
            response = _ask(client, endpoint, call)
        return Answered(
            200, response["ContentType"], response["Body"].read().decode(), response.get("CustomAttributes", "")
        )
    except ClientError as error:
        return _of_error(error)
    except ReadTimeoutError as error:
        raise EndpointTimedOut from error
    except BotoCoreError as error:
        log_exception("The endpoint cannot be reached")
        raise EndpointFailed from error


def _ask(client: Any, endpoint: str, call: Call) -> Any:
    return client.invoke_endpoint(
        EndpointName=endpoint,
        TargetModel=call.target,
        CustomAttributes=call.attributes,
        ContentType=call.content_type,
        Body=call.body,
    )


def _of_error(error: ClientError) -> Answered:
    code = error.response["Error"]["Code"]
    if code == "ModelError":
        return _of_container(error)
    if code in BUSY or error.response["ResponseMetadata"]["HTTPStatusCode"] == 429:
        raise EndpointBusy from error
    log_exception("The endpoint refuses")
    raise EndpointFailed from error


def _of_container(error: ClientError) -> Answered:
    """The container's own fault goes on; anything else that came out of it tells the client nothing."""
    response: dict[str, Any] = dict(error.response)
    status, text = int(response.get("OriginalStatusCode", 0)), str(response.get("OriginalMessage", ""))
    try:
        is_problem = json.loads(text)["type"].startswith(PROBLEM_TYPE)
    except (ValueError, KeyError, TypeError, AttributeError):
        is_problem = False
    if not is_problem:
        log_exception("The container failed", container_status=status, container_message=text[:500])
        if "timed out" in text.lower() or "timed out" in str(error).lower():
            raise EndpointTimedOut from error
        raise EndpointFailed from error
    return Answered(status, "application/problem+json", text)
