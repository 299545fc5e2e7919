"""What clients do to a connection, byte by byte: good requests are answered, the rest as a front of AWS does."""

import json
import socket
import struct
from dataclasses import replace
from typing import Any

import pytest

from sparely_toolkit.local.settings import Deployment
from tests.local.conftest import Serve
from tests.local.serving import PATIENCE_S, Served, until

BODY = b'{"do":"echo"}'
JSON = b"content-type: application/json\r\n"
BAD = {
    "http": b'{"message":"Bad Request"}',
    "rest": b'{"message": "Bad Request"}',
    "url": b'{"Message":"Bad Request"}',
}


def of_kind(serve: Serve, kind: str) -> Served:
    """A service behind an API of this kind; a function URL has one route for everything."""
    return serve(change=as_url) if kind == "url" else serve(kind=kind)


def as_url(deployment: Deployment) -> Deployment:
    operation = {"x-amazon-apigateway-integration": {"payloadFormatVersion": "url"}}
    body = {"paths": {"$default": {"x-amazon-apigateway-any-method": operation}}}
    return replace(deployment, api=replace(deployment.api, kind="url", body=body))


def post(more: bytes = b"", body: bytes = BODY, *, length: int | None = None, version: bytes = b"1.1") -> bytes:
    head = b"POST /predict/clinic HTTP/%b\r\nhost: a\r\n%b" % (version, JSON)
    return b"%bcontent-length: %d\r\n%b\r\n%b" % (head, len(body) if length is None else length, more, body)


def chunked(*chunks: bytes, more: bytes = b"") -> bytes:
    head = b"POST /predict/clinic HTTP/1.1\r\nhost: a\r\n" + JSON + more + b"transfer-encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def get(target: bytes = b"/models", more: bytes = b"") -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\nhost: a\r\n" + more + b"\r\n"


def connected(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.service.gateway.port), timeout=PATIENCE_S)


def said(served: Served, *parts: bytes) -> bytes:
    """Send the parts, close this side, and read to the end."""
    with connected(served) as client:
        for part in parts:
            client.sendall(part)
        client.shutdown(socket.SHUT_WR)
        return rest(client)


def rest(client: socket.socket) -> bytes:
    received = b""
    while part := client.recv(65536):
        received += part
    return received


def statuses(answers: bytes) -> list[int]:
    return [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]]


def event(answer: bytes) -> Any:
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def test_a_client_that_has_said_all_gets_its_answers(serve: Serve) -> None:
    """It may close its side as soon as it has sent its requests."""
    assert statuses(said(serve(), post() + post())) == [200, 200]


def test_a_client_that_closes_its_side_while_it_is_answered_gets_the_answer(serve: Serve) -> None:
    """And the connection ends after it."""
    served = serve()
    with connected(served) as client:
        client.sendall(post(body=b'{"do":"who"}'))
        until(lambda: "START" in served.log)
        client.shutdown(socket.SHUT_WR)

        assert statuses(rest(client)) == [200]


@pytest.mark.parametrize("sent", [b"", b"GET /mod"])
def test_a_client_that_has_asked_for_nothing_is_left(serve: Serve, sent: bytes) -> None:
    """Half a head is no request."""
    assert said(serve(), sent) == b""


@pytest.mark.parametrize("body", [post(length=50), chunked(BODY), chunked(BODY) + b"zz\r\n"])
def test_a_body_that_ends_too_early_is_a_bad_request(
    serve: Serve, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    """The good request before it is answered; nobody reads a traceback."""
    answers = said(serve(), post(), body)

    assert statuses(answers) == [200, 400]
    assert "Traceback" not in capfd.readouterr().err


def test_a_client_that_goes_while_it_sends_leaves_no_traceback(serve: Serve, capfd: pytest.CaptureFixture[str]) -> None:
    """It is its own affair."""
    served = serve()
    with connected(served) as client:
        client.sendall(post(length=50))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert statuses(said(served, post())) == [200]
    assert capfd.readouterr().err == ""


def test_a_client_is_told_to_go_on(serve: Serve) -> None:
    """`Expect: 100-continue` waits for that before it sends its body."""
    with connected(serve()) as client:
        client.sendall(post(b"expect: 100-continue\r\n", b"", length=len(BODY)))
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"

        client.sendall(BODY)
        client.shutdown(socket.SHUT_WR)

        assert statuses(rest(client)) == [200]


def test_what_is_too_large_is_refused_before_it_is_sent(serve: Serve) -> None:
    """Which is what `Expect: 100-continue` is for."""
    with connected(serve()) as client:
        client.sendall(post(b"expect: 100-continue\r\n", b"", length=10 * 2**20 + 1))
        client.shutdown(socket.SHUT_WR)

        assert statuses(rest(client)) == [413]


@pytest.mark.parametrize("good", [(post(),), (post(), post()), (post()[:-4], post()[-4:] + post())])
@pytest.mark.parametrize("bad", [b"GARBAGE GARBAGE\r\n\r\n", b"\0\1\2\3", b"GET /models HTTP/1.1\r\n\r\n"])
def test_garbage_after_good_requests_does_not_lose_them(serve: Serve, good: tuple[bytes, ...], bad: bytes) -> None:
    """They are answered, then comes 400, and the end."""
    *before, last = good

    found = statuses(said(serve(), *before, last + bad))

    assert found == [200] * (b"".join(good).count(b"POST")) + [400]


NOT_HTTP = {
    "no request line": b"GARBAGE\r\n\r\n",
    "encrypted": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40),
    "another version": post(version=b"3.0"),
    "version 2 at once": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an unknown method": b"FOO /models HTTP/1.1\r\nhost: a\r\n\r\n",
    "a space in the path": get(b"/mod els"),
    "a letter in the path": get("/modèls".encode()),
    "no slash": get(b"models"),
    "no host": b"GET /models HTTP/1.1\r\n\r\n",
    "two hosts": get(more=b"host: b\r\n"),
    "a header without colon": get(more=b"no colon\r\n"),
    "a space before the colon": get(more=b"a : b\r\n"),
    "a zero in a header": get(more=b"a: b\0c\r\n"),
    "a folded header": get(more=b"a: b\r\n c\r\n"),
    "a length that is no number": get(more=b"content-length: abc\r\n"),
    "a length below zero": get(more=b"content-length: -1\r\n"),
    "a length beyond counting": get(more=b"content-length: 99999999999999999999\r\n"),
    "two lengths": post(b"content-length: 12\r\n"),
    "a length and chunks": chunked(BODY, b"", more=b"content-length: 3\r\n"),
    "another transfer encoding": get(more=b"transfer-encoding: gzip\r\n"),
    "a chunk without size": chunked(BODY) + b"zz\r\n",
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_http_is_answered_in_the_gateways_words(
    serve: Serve, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Never in those of the parser, and the function is not asked."""
    served = of_kind(serve, kind)

    answers = {name: said(served, sent) for name, sent in NOT_HTTP.items()}

    good = {name: (answer[:12], answer.partition(b"\r\n\r\n")[2]) for name, answer in answers.items()}
    assert good == dict.fromkeys(NOT_HTTP, (b"HTTP/1.1 400", BAD[kind]))
    assert all(b"content-type: application/json\r\n" in answer for answer in answers.values())
    assert served.service.pool.figures.invocations == 0
    assert capfd.readouterr().err == ""


def test_why_is_told_where_the_server_runs(serve: Serve) -> None:
    """The parser's reason, without what the caller has sent."""
    served = serve()

    said(served, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40))
    said(served, get(more=b"secret word\r\n"))
    said(served, b"GET /models HTTP/1.1\r\n\r\n")

    assert served.log.splitlines()[-3:] == [
        "API Gateway answers 400 and closes the connection: Received HTTPS traffic on an HTTP port.",
        "API Gateway answers 400 and closes the connection: Invalid header token.",
        "API Gateway answers 400 and closes the connection: Missing 'Host' header in request.",
    ]


@pytest.mark.parametrize(
    "sent",
    [
        get(more=b"a: " + b"x" * 10_300 + b"\r\n"),
        get(more=(b"a: " + b"x" * 6_000 + b"\r\n") * 2),
        get(b"/models?a=" + b"x" * 10_300),
        get(more=b"".join(b"a%d: b\r\n" % number for number in range(2000))),
    ],
)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("http", b'{"message":"Request Header Fields Too Large"}'),
        ("rest", b"HTTP header is larger than 10240 bytes."),
        ("url", b'{"Message":"Request Header Fields Too Large"}'),
    ],
)
def test_a_head_above_10_240_bytes_is_refused(serve: Serve, kind: str, body: bytes, sent: bytes) -> None:
    """The request line and all headers' values count together."""
    answer = said(of_kind(serve, kind), sent)

    assert (answer[:12], answer.partition(b"\r\n\r\n")[2]) == (b"HTTP/1.1 431", body)


@pytest.mark.parametrize("sent", [get(more=b"a: " + b"x" * 10_200 + b"\r\n"), get(b"/models?a=" + b"x" * 10_200)])
def test_a_head_of_10_kb_is_taken(serve: Serve, sent: bytes) -> None:
    """A token with many claims fits, as it does on AWS."""
    assert statuses(said(serve(), sent)) == [200]


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("sent", [chunked(b'{"do":', b'"echo"}', b""), post()])
def test_a_body_in_chunks_is_handed_over_as_one(serve: Serve, kind: str, sent: bytes) -> None:
    """Without the header that says so."""
    handed = event(said(of_kind(serve, kind), sent))

    assert handed["body"] == BODY.decode()
    assert "transfer-encoding" not in {name.lower() for name in handed["headers"]}


def test_what_makes_too_large_an_event_is_told_in_lambdas_words(serve: Serve) -> None:
    """A function URL has no gateway that would take more."""
    answer = said(of_kind(serve, "url"), post(body=b" " * 6_291_456))

    sentence = b"Request must be smaller than 6291456 bytes for the InvokeFunction operation"
    assert (answer[:12], answer.partition(b"\r\n\r\n")[2]) == (b"HTTP/1.1 413", b'{"Message":"%b"}' % sentence)


def test_http_1_0_is_answered_and_ends(serve: Serve) -> None:
    """Its connection is kept only where it asks for that."""
    with connected(serve()) as client:
        client.sendall(post(version=b"1.0"))

        assert rest(client)[:12] == b"HTTP/1.0 200"


@pytest.mark.parametrize("kind", ["http", "rest"])
def test_head_and_options_are_routes_like_others(serve: Serve, kind: str) -> None:
    """None is there without being written; HEAD is told so without a body."""
    status = {"http": 404, "rest": 403}[kind]
    served = serve(kind=kind)

    head, options = (served.ask(method, "/models") for method in ("HEAD", "OPTIONS"))

    assert (head.status, head.body, options.status) == (status, b"", status)
