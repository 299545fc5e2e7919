"""AWS as moto plays it, over HTTP on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager

from moto.server import ThreadedMotoServer


@contextmanager
def mock_aws() -> Iterator[str]:
    """The address of a mock of AWS' services, until the block ends."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()
        if server._server:
            server._server.server_close()  # which moto leaves to the collector, whose warning then hits another test
