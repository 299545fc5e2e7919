"""What AWS' runtime client and the function take by themselves: the least that a server in front can add to."""

import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from sparely_toolkit.local import sandbox
from sparely_toolkit.local.settings import FunctionSettings

_WARM = 50
_COUNTED = 1000
_HEADERS = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
    "Lambda-Runtime-Aws-Request-Id: {number}\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\n"
    "Lambda-Runtime-Invoked-Function-Arn: arn\r\nLambda-Runtime-Trace-Id: Root=1\r\n\r\n"
)
_ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


def alone_ms(function: FunctionSettings, event: bytes) -> float:
    """Give the median time from handing over the event to having the answer, over a plain blocking socket."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        sandbox.link_runtime_client(Path(folder))
        prepared = sandbox.prepare(function, "1", Path(folder))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with subprocess.Popen(
            prepared.command,
            cwd=prepared.folder,
            env={**prepared.variables, "AWS_LAMBDA_RUNTIME_API": address},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                return statistics.median(_times(listener, event)[_WARM:])
            finally:
                process.kill()


def _times(listener: socket.socket, event: bytes) -> list[float]:
    times: list[float] = []
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sent_at = 0.0
    with connection:
        while len(times) < _WARM + _COUNTED:
            head = _read(connection)
            if not head:  # the client opens a connection for each kind of request
                connection, _ = listener.accept()
            elif head.startswith(b"GET"):
                deadline = int((time.time() + 60) * 1000)
                text = _HEADERS.format(length=len(event), number=len(times), deadline=deadline)
                sent_at = time.perf_counter()
                connection.sendall(text.encode() + event)
            else:
                times.append((time.perf_counter() - sent_at) * 1000)
                connection.sendall(_ACCEPTED)
    return times


def _read(connection: socket.socket) -> bytes:
    """Read one request; give its head, empty when the client has gone."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            return b""
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head
