"""Locust as a process of its own, against a small server that answers like the service, and what it is told."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sparely_toolkit.loadtest import measurements
from sparely_toolkit.loadtest.answers import THROTTLED, WRONG
from sparely_toolkit.loadtest.generator import GeneratorFailed, RunSettings, Statistics, generate
from sparely_toolkit.loadtest.shapes import Shape, Stage
from support.servers import answering
from tests.loadtest.conftest import LOCUSTFILE, TRAFFIC

ANSWERS = {
    "/predict/kinds/parity": (200, {"parity": [{"label": "odd", "probabilities": {"odd": 0.9, "even": 0.1}}]}),
    "/predict/sums/plus": (200, {"plus": [{"value": 4.0}]}),
    "/predict/sums/minus": (503, None),
}


class _Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        status, predictions = ANSWERS.get(self.path, (404, {}))
        body = {"message": "Service Unavailable"} if predictions is None else {"predictions": predictions}
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Locust breaks its connections off when a run ends."""


@pytest.fixture
def host() -> Iterator[str]:
    """One model is right, one is wrong, one is throttled, and no area is known."""
    server = _Server(("127.0.0.1", 0), _Service)
    with answering(server):
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 2])
def test_right_wrong_and_throttled_answers_are_told_apart(
    models: Path, tmp_path: Path, host: str, workers: int
) -> None:
    """Locust's own statistics name every fault, alone and with workers."""
    files = Statistics(tmp_path / "run")
    users = 20
    shape = Shape("short", (Stage(4, 60),), users=users)

    settings = RunSettings(shape, models, TRAFFIC, "iam", files.distribution, seed=1)
    generate(settings, host, files, locustfile=LOCUSTFILE, workers=workers)

    run = measurements.read(files)
    failed = {route.name: route.failed_percent for route in run.routes}
    assert failed == {"kinds": 100, "kinds/parity": 0, "sums": 100, "sums/minus": 100, "sums/plus": 100}
    assert run.failures.keys() == {WRONG, THROTTLED, "status 404"}
    # Users that are still waiting when the totals are written are counted in the distribution, which is written last.
    assert 0 <= sum(run.distribution.values()) - run.total.requests <= users


@pytest.mark.slow
def test_a_generator_that_cannot_run_says_why(models: Path, tmp_path: Path) -> None:
    """Locust's own words are in the fault."""
    files = Statistics(tmp_path / "run")
    settings = RunSettings(Shape("short", (Stage(1, 1),)), models, TRAFFIC, "none", files.distribution)

    with pytest.raises(GeneratorFailed, match="unrecognized arguments"):
        generate(settings, "http://127.0.0.1:9", files, locustfile=LOCUSTFILE, options=("--no-such-option",))


@pytest.mark.slow
def test_an_owner_may_add_tasks(models: Path, tmp_path: Path, host: str) -> None:
    """A user of the service's own locustfile has those of the toolkit's and its own."""
    own = tmp_path / "locustfile.py"
    own.write_text(
        "from locust import task\n"
        "from sparely_toolkit.loadtest import users\n"
        "from sparely_toolkit.loadtest.users import Offered\n\n"
        "class Visitor(users.Client):\n"
        "    @task(20)\n"
        "    def look_around(self):\n"
        "        body = b'{}'\n"
        "        self.client.post('/segments', data=body, headers=dict(self.headers('/segments', body)), name='own')\n"
    )
    files = Statistics(tmp_path / "run")
    settings = RunSettings(
        Shape("short", (Stage(3, 40),), users=10), models, TRAFFIC, "none", files.distribution, seed=1
    )

    generate(settings, host, files, locustfile=own)

    assert {"own", "sums/plus"} <= {route.name for route in measurements.read(files).routes}


def test_settings_reach_another_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What one process writes into its children's environment they read back."""
    shape = Shape("two", (Stage(1, 2.5), Stage(3, 4)), users=7)
    settings = RunSettings(
        shape,
        tmp_path / "models",
        tmp_path / "traffic.toml",
        "iam",
        tmp_path / "distribution.json",
        seed=3,
        region="eu-west-1",
    )

    for name, value in settings.to_environment().items():
        monkeypatch.setenv(name, value)

    assert RunSettings.from_environment() == settings
