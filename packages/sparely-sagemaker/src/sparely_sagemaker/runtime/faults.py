"""What InvokeEndpoint answers where there is no prediction: status, type and members as SageMaker has them."""

import json
from collections.abc import Mapping
from typing import Any


class InvokeFault(Exception):
    """
    One of InvokeEndpoint's errors.

    Source: docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html, "Errors", and the
    statuses of the service's model in botocore (read 2026-11-22).
    """

    def __init__(self, status: int, kind: str, message: str, more: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.more = more

    def document(self) -> bytes:
        return json.dumps({"Message": self.message, **self.more}).encode()


def validation(message: str) -> InvokeFault:
    """The request is not one that the endpoint takes."""
    return InvokeFault(400, "ValidationError", message, {})


def model_error(endpoint: str, status: int, body: str) -> InvokeFault:
    """The container answered with a 4xx or 5xx, or not in time (status 0)."""
    log = f"/aws/sagemaker/Endpoints/{endpoint}"
    side = "client" if 400 <= status < 500 else "server"
    message = (
        f'Received {side} error ({status}) from primary with message "{body}". '
        f"See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group={log} "
        "in account 123456789012 for more information."
    )
    stream = f"arn:aws:logs:us-east-1:123456789012:log-group:{log}"
    return InvokeFault(
        424, "ModelError", message, {"OriginalStatusCode": status, "OriginalMessage": body, "LogStreamArn": stream}
    )


def timed_out(endpoint: str) -> InvokeFault:
    """The container took longer than SageMaker waits."""
    return model_error(endpoint, 0, "Your invocation timed out while waiting for a response from container primary.")


def unavailable() -> InvokeFault:
    """No instance takes requests."""
    return InvokeFault(503, "ServiceUnavailable", "The service is unavailable. Try your call again.", {})
