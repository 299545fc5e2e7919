"""What only this function can answer: faults of the endpoint behind it. The rest is in handler.errors."""

from sparely.handler.errors import ServiceError

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
