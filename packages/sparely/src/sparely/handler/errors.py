"""Every fault that a caller can meet: each class takes the facts and writes its own sentence."""

from collections.abc import Iterable, Sequence

from sparely.record import Record

LISTED_CHOICES = 9
LISTED_FAULTS = 20
SHOWN_CHARACTERS = 60
LONGEST_METHOD = 20


class Fault(Record):
    """One place in the request body that does not fit, as an RFC 6901 pointer and a sentence."""

    pointer: str
    detail: str


class ServiceError(Exception):
    """
    A fault with its HTTP status; `response` turns it into one problem document.

    `kind` names the fault for programs, `title` for people; neither changes from case to case.
    """

    status = 500
    kind = "internal"
    title = "The service failed"

    def __init__(self, detail: str, faults: Sequence[Fault] = (), headers: dict[str, str] | None = None):
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = headers or {}


class NotJson(ServiceError):
    status, kind, title = 400, "not-json", "The body is not JSON"

    def __init__(self, reason: str):
        super().__init__(f"The request body is not JSON: {reason}.")


class TooManyValues(ServiceError):
    status, kind, title = 413, "too-many-values", "The body holds too many values"

    def __init__(self, limit: int):
        super().__init__(f"The request body has more than {limit} brackets, colons and commas; send fewer rows.")


class UnknownRoute(ServiceError):
    status, kind, title = 404, "unknown-route", "No such route"

    def __init__(self, method: str, path: str):
        super().__init__(
            f"There is no {shorten(method, LONGEST_METHOD)} {shorten(path)}. GET /models lists what is served."
        )


class UnknownArea(ServiceError):
    status, kind, title = 404, "unknown-area", "No such area"

    def __init__(self, area: str, known: Iterable[str]):
        super().__init__(f"No area {quote(area)}. {available(known)}")


class UnknownModel(ServiceError):
    status, kind, title = 404, "unknown-model", "No such model"

    def __init__(self, name: str, known: Iterable[str]):
        super().__init__(f"No model {quote(name)}. {available(known)}")


class InvalidQuery(ServiceError):
    status, kind, title = 400, "invalid-query", "The query does not fit"

    def __init__(self, name: str, value: str, expected: str):
        super().__init__(f"The query's {name} is {quote(value)}; expected {expected}.")


class UnknownVersion(ServiceError):
    status, kind, title = 404, "unknown-version", "No such version of the model"

    def __init__(self, model: str, version: str, known: str):
        super().__init__(f"No version {quote(version)} of model {quote(model)}. {available([known])}")


class MethodNotAllowed(ServiceError):
    status, kind, title = 405, "method-not-allowed", "The route does not take this method"

    def __init__(self, method: str, path: str, allowed: Sequence[str]):
        methods = ", ".join(allowed)
        super().__init__(
            f"{shorten(path)} takes {methods}, not {shorten(method, LONGEST_METHOD)}.", headers={"allow": methods}
        )


class TooManyRows(ServiceError):
    status, kind, title = 413, "too-many-rows", "Too many rows in one request"

    def __init__(self, rows: int, limit: int):
        super().__init__(f"The request has {rows} instances; at most {limit} fit in one request.")


class AnswerTooLarge(ServiceError):
    status, kind, title = 413, "answer-too-large", "The answer is too large"

    def __init__(self, size_bytes: int, limit_bytes: int):
        super().__init__(f"The answer has {size_bytes} bytes; at most {limit_bytes} fit. Send fewer rows.")


class UnsupportedMediaType(ServiceError):
    status, kind, title = 415, "unsupported-media-type", "The body is not sent as JSON"

    def __init__(self, media_type: str):
        super().__init__(f"The body is sent as {shorten(media_type)}; send application/json.")


class UnsupportedEncoding(ServiceError):
    """Source of the header: RFC 9110, section 15.5.16."""

    status, kind, title = 415, "unsupported-encoding", "The body is compressed"

    def __init__(self, encoding: str):
        sentence = f"The body is sent with content-encoding {shorten(encoding)}; send it uncompressed."
        super().__init__(sentence, headers={"accept-encoding": "identity"})


class BinaryTensors(ServiceError):
    """Source: https://github.com/triton-inference-server/server, docs/protocol/extension_binary_data.md."""

    status, kind, title = 415, "binary-tensors", "The body has binary tensors"

    def __init__(self) -> None:
        super().__init__(
            "The binary tensor extension is not supported; send tensors as JSON (tritonclient: binary_data=False)."
        )


class DoesNotFit(ServiceError):
    status, kind, title = 422, "does-not-fit", "The request does not fit"

    def __init__(self, faults: Sequence[Fault]):
        first = faults[0].detail
        if len(faults) > LISTED_FAULTS:
            first = f"More than {LISTED_FAULTS} faults, the first {LISTED_FAULTS} are listed. {first}"
        elif len(faults) > 1:
            first = f"{len(faults)} faults, the first: {first}"
        super().__init__(first, faults[:LISTED_FAULTS])


class ModelFailed(ServiceError):
    """A fault of one model, not of the request; where other models were asked too, theirs are in the answer."""

    status, kind, title = 500, "model-failed", "A model failed"

    def __init__(self, name: str, reason: str = "The log has the cause under this answer's request id."):
        super().__init__(f"Model {quote(name)} failed. {reason}")
        self.model = name


class InternalError(ServiceError):
    """The one answer to what should not happen: the cause is in the log, under the request id."""

    def __init__(self) -> None:
        super().__init__("The service failed. The log has the cause under this answer's request id.")


def shorten(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Cut a caller's text so that a sentence stays one, and write out what UTF-8 cannot carry."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return cut if cut.isascii() else cut.encode("utf-8", "backslashreplace").decode()


def quote(text: str) -> str:
    return f'"{shorten(text)}"'


def pointer(parent: str, name: str) -> str:
    """
    The JSON pointer to a member, or to its parent where a caller's name is too long to be repeated.

    Source: RFC 6901, section 3.
    """
    if shorten(name) != name:
        return parent
    return f"{parent}/{name.replace('~', '~0').replace('/', '~1')}"


def available(known: Iterable[str]) -> str:
    """The choices, when they are few enough to read."""
    choices = sorted(known)
    if len(choices) > LISTED_CHOICES:
        return "GET /models lists what is available."
    return f"Available: {', '.join(choices)}."
