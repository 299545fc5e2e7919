"""Where events differ from those of `sam local start-api`, and why ours are as they are; the page `local` prints it."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

# What differs from call to call or from server to server: ids, times, the port.
PASSING = (
    "headers.host",
    "headers.x-forwarded-port",
    "multiValueHeaders.host",
    "multiValueHeaders.x-forwarded-port",
    "requestContext.extendedRequestId",
    "requestContext.requestId",
    "requestContext.requestTime",
    "requestContext.requestTimeEpoch",
    "requestContext.time",
)
NAMES = "names of headers"


@dataclass(frozen=True)
class Difference:
    """
    A place at which events differ.

    Attributes:
        place: where, with `*` for any text.
        requests: the requests with which it shows; none means any.
    """

    kind: str
    place: str
    here: str
    there: str
    why: str
    requests: tuple[str, ...] = ()

    def covers(self, request: str, place: str) -> bool:
        """Tell whether this explains a difference."""
        return fnmatchcase(place, self.place) and (not self.requests or request in self.requests)


_PAYLOAD_2 = "the documentation's example and recorded events"
_PAYLOAD_1 = "the documentation's example and recorded events"
KNOWN = (
    Difference("http", NAMES, "lower case", "as a WSGI server writes them: `X-Mine`", _PAYLOAD_2),
    Difference("http", "headers.x-amzn-trace-id", "there", "absent", _PAYLOAD_2),
    Difference("http", "headers.x-forwarded-for", "the client's address", "absent", _PAYLOAD_2),
    Difference("http", "headers.content-length", "there, 0 without a body", "absent without a body", "recorded events"),
    Difference("http", "headers.cookie", "absent, the cookies are in `cookies`", "there", _PAYLOAD_2, ("cookies",)),
    Difference("http", "body", "absent without a body", "empty", "recorded events"),
    Difference("http", "cookies", "absent without cookies", "an empty list", "recorded events"),
    Difference("http", "pathParameters", "absent without parameters", "an empty object", "recorded events"),
    Difference("http", "stageVariables", "absent without variables", "null", "recorded events"),
    Difference("http", "isBase64Encoded", "a form is base64", "a form is text", "measured by others", ("form",)),
    Difference("http", "body", "a form is base64", "a form is text", "measured by others", ("form",)),
    Difference("http", "requestContext.timeEpoch", "milliseconds", "seconds", _PAYLOAD_2),
    Difference("http", "requestContext.http.userAgent", "the client's", "a constant", _PAYLOAD_2),
    Difference("rest", NAMES, "in the client's case", "as a WSGI server writes them: `X-Mine`", _PAYLOAD_1),
    Difference("rest", "*eaders.x-amzn-trace-id", "there", "absent", _PAYLOAD_1),
    Difference("rest", "*eaders.x-forwarded-for", "the client's address", "absent", _PAYLOAD_1),
    Difference("rest", "headers.x-mine", "the last value", "all, joined", _PAYLOAD_1, ("repeated header",)),
    Difference("rest", "multiValueHeaders.x-mine", "a list of values", "one, joined", _PAYLOAD_1, ("repeated header",)),
    Difference("rest", "path", "percent-encoded", "decoded", "recorded events", ("encoded path",)),
    Difference("rest", "pathParameters.*", "percent-encoded", "decoded", "recorded events", ("encoded path",)),
    Difference("rest", "requestContext.path", "with the stage", "without the stage", _PAYLOAD_1),
    Difference("rest", "requestContext.domainPrefix", "there", "absent", _PAYLOAD_1),
    Difference("rest", "requestContext.resourceId", "`local0`", "`123456`", "both invented"),
    Difference("rest", "requestContext.identity.userAgent", "the client's", "a constant", _PAYLOAD_1),
    Difference("rest", "requestContext.identity.apiKey", "absent without a key", "null", _PAYLOAD_1),
    Difference("rest", "requestContext.identity.accessKey", "null", "absent", _PAYLOAD_1),
    Difference("rest", "requestContext.identity.cognitoIdentityId", "null", "absent", _PAYLOAD_1),
    Difference("rest", "requestContext.identity.principalOrgId", "null", "absent", _PAYLOAD_1),
    Difference("both", "requestContext.apiId", "`local00000`", "`1234567890`", "both invented"),
    Difference("both", "requestContext.domainName", "an execute-api name", "this machine's", _PAYLOAD_2),
    Difference("http", "requestContext.domainPrefix", "the API's id", "`localhost`", _PAYLOAD_2),
    Difference(
        "both",
        "no answer",
        "bytes are passed on",
        "a body that is not UTF-8 is answered 502",
        "recorded events",
        ("binary", "gzip"),
    ),
)


def table() -> str:
    """Write the differences as the document has them."""
    names = {"http": "HTTP", "rest": "REST", "both": "both"}
    lines = ["| API | where | here | `sam local start-api` | why |", "|---|---|---|---|---|"]
    for item in KNOWN:
        shown = ", ".join(item.requests)
        place = f"`{item.place}`" + (f" ({shown})" if shown else "")
        lines.append(f"| {names[item.kind]} | {place} | {item.here} | {item.there} | {item.why} |")
    return "\n".join(lines)
