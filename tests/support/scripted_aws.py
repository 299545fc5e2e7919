"""
An AWS on loopback that answers as it is told: it knows which operation a request is, and speaks that service's protocol.

What it is told nothing of it hands on to another endpoint, such as a mock of AWS, or answers as a healthy account does.
"""

import json
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from .servers import answering

ACCOUNT, REGION = "123456789012", "us-east-1"
# Method and path of the services that name no operation in a request.
PATHS = (
    ("lambda", "GET", r"/2016-08-19/account-settings/?", "GetAccountSettings"),
    ("lambda", "GET", r"/2015-03-31/functions/[^/]+/aliases/[^/]+", "GetAlias"),
    ("lambda", "PUT", r"/2015-03-31/functions/[^/]+/aliases/[^/]+", "UpdateAlias"),
    ("lambda", "GET", r"/2015-03-31/functions/[^/]+/versions", "ListVersionsByFunction"),
    ("lambda", "GET", r"/2015-03-31/functions/[^/]+/configuration", "GetFunctionConfiguration"),
    ("lambda", "POST", r"/2015-03-31/functions/[^/]+/invocations", "Invoke"),
    ("apigateway", "GET", r"/account", "GetAccount"),
    ("s3", "HEAD", r"/[^/]+/?", "HeadBucket"),
    ("s3", "HEAD", r"/[^/]+/.+", "HeadObject"),
    ("s3", "PUT", r"/[^/]+/.+", "PutObject"),
    ("s3", "POST", r"/[^/]+/.+", "CreateMultipartUpload"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: whose, where, of which service, and what."""

    key: str
    region: str
    service: str
    operation: str
    path: str
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of AWS; each service writes it in its own form."""

    code: str
    message: str
    status: int = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back as it is."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Reply = Refusal | Answer | None
Script = Callable[[Asked], Reply]
"""None closes the connection without an answer."""


class ScriptedAws:
    """
    The endpoint.

    Attributes:
        script: by operation, what it answers instead of what it would.
        asked: every request so far.
    """

    def __init__(self, healthy: Script, behind: str | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.script: dict[str, Script | Reply] = {}
        self.asked: list[Asked] = []
        self._healthy, self._behind = healthy, behind
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        # botocore puts a bucket's name before any host but localhost.
        self.endpoint = f"http{'s' if tls else ''}://localhost:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["ScriptedAws"]:
        """Answer until the block ends."""
        with answering(self._server):
            yield self

    def reply(self, asked: Asked, request: "_Request") -> Reply:
        """What goes back to one request."""
        self.asked.append(asked)
        if asked.operation in self.script:
            scripted = self.script[asked.operation]
            answer = scripted(asked) if callable(scripted) else scripted
            if not (isinstance(answer, Answer) and answer is PASS):
                return answer
        return request.handed_on(self._behind) if self._behind else self._healthy(asked)


PASS = Answer()
"""What a script gives for a request that is none of its own."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def handed_on(self, endpoint: str) -> Answer:
        """The same request at another endpoint; a mock looks at no signature."""
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "expect")}
        request = urllib.request.Request(f"{endpoint}{self.path}", self.body or None, kept, method=self.method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return _as_answer(answer.status, answer.headers.items(), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return _as_answer(error.code, error.headers.items(), error.read())

    def asked(self) -> Asked:
        """Which operation it is, and who asks."""
        signed = re.search(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/", self.headers.get("Authorization", ""))
        key, region, service = signed.groups() if signed else ("", "", "sts")
        path = unquote(urlsplit(self.path).path)
        form = self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
        parameters = {name: values[0] for name, values in parse_qs(self.body.decode()).items()} if form else {}
        operation = parameters.get("Action") or self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        for of, method, pattern, name in PATHS:
            if not operation and (of, method) == (service, self.method) and re.fullmatch(pattern, path):
                operation = name
        return Asked(key, region, service, operation or f"{self.method} {path}", path, parameters)


def _as_answer(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
    kept = dict(headers)
    for name in ("Connection", "Transfer-Encoding", "Date", "Server"):
        kept.pop(name, None)
    return Answer(body, status, kept)


def written(refusal: Refusal, service: str) -> Answer:
    """An error in the protocol of a service."""
    code, message = escape(refusal.code), escape(refusal.message)
    if service == "s3":
        body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    elif service in ("lambda", "apigateway", "codedeploy"):
        document = {"__type": refusal.code, "message": refusal.message, "Message": refusal.message}
        return Answer(json.dumps(document).encode(), refusal.status, {"x-amzn-ErrorType": refusal.code})
    else:
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            "<RequestId>0</RequestId></ErrorResponse>"
        )
    return Answer(body.encode(), refusal.status)


def _handler(aws: ScriptedAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            request = _Request(self.command, self.path, dict(self.headers.items()), self._body())
            asked = request.asked()
            reply = aws.reply(asked, request)
            if reply is None:
                self.close_connection = True
                return
            answer = written(reply, asked.service) if isinstance(reply, Refusal) else reply
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() != "content-length" or self.command == "HEAD":
                    self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def _body(self) -> bytes:
            if "chunked" in self.headers.get("Transfer-Encoding", ""):
                chunks = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    chunks += self.rfile.read(size)
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass
                return chunks
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = _answer

        def log_message(self, *_: object) -> None:
            pass

    return Handler
