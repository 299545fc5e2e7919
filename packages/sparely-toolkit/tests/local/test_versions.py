"""Several versions at once: published, weighted, invoked one by one, retired; over Python and over HTTP."""

import http.client
import json
from pathlib import Path
from typing import Any

import pytest

from tests.local import function
from tests.local.conftest import ARCHITECTURE, RUNTIME, Serve
from tests.local.serving import InBackground, Served, alive, until

NAMED = """
import json
def handler(event, context):
    return {{"statusCode": 200, "body": json.dumps({name!r})}}
"""


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A second artifact, which answers with its name."""
    return function.build(
        tmp_path / "other", runtime=RUNTIME, architecture=ARCHITECTURE, handler=NAMED.format(name="new")
    )


def named(serve: Serve) -> Served:
    return serve(handler=NAMED.format(name="old"))


def answers(served: Served, count: int = 10) -> list[Any]:
    return [served.ask("GET", "/models").json for _ in range(count)]


def control(served: Served, method: str, path: str, document: Any = None) -> tuple[int, Any]:
    answer = served.ask(method, path, None if document is None else json.dumps(document))
    return answer.status, answer.json


def publish(served: Served, path: Path) -> str:
    status, document = control(served, "POST", "/-/versions", {"path": str(path)})
    assert status == 201
    return str(document["version"])


def test_published_version_gets_no_traffic_by_itself(serve: Serve, other: Path) -> None:
    """A new version waits for a weight."""
    served = named(serve)

    version = publish(served, other)

    assert version == "2"
    assert control(served, "GET", "/-/weights") == (200, {"1": 1.0})
    assert set(answers(served)) == {"old"}


@pytest.mark.parametrize("kind", ["built template", "its folder", "artifact"])
def test_version_is_made_from_a_template_or_an_artifact(serve: Serve, other: Path, kind: str) -> None:
    """A path may be the built template, the folder with it, or the artifact alone."""
    served = named(serve)
    path = {"built template": other, "its folder": other.parent, "artifact": other.parent / "EchoFunction"}[kind]

    version = publish(served, path)

    assert control(served, "PUT", "/-/weights", {version: 1}) == (200, {version: 1})
    assert set(answers(served)) == {"new"}


def test_weights_change_while_it_runs(serve: Serve, other: Path) -> None:
    """Both versions answer under shared weights, and one alone after all traffic has moved."""
    served = named(serve)
    version = publish(served, other)

    control(served, "PUT", "/-/weights", {"1": 0.5, version: 0.5})
    shared = answers(served, 60)
    control(served, "PUT", "/-/weights", {version: 1.0})

    assert set(shared) == {"old", "new"}
    assert set(answers(served)) == {"new"}


def test_one_version_is_invoked_whatever_the_weights(serve: Serve, other: Path) -> None:
    """Lambda's Invoke with a qualifier reaches a version that has no traffic yet, as a hook does."""
    served = named(serve)
    version = publish(served, other)
    name = served.service.deployment.function.name

    answer = served.ask("POST", f"/2015-03-31/functions/{name}/invocations?Qualifier={version}", "{}")

    assert answer.json == {"statusCode": 200, "body": '"new"'}
    assert answer.values("x-amz-executed-version") == ["2"]


def test_boto3_invokes_a_version(serve: Serve, other: Path) -> None:
    """AWS' SDK with this address as endpoint takes the version's ARN as function name."""
    session = pytest.importorskip("botocore.session").get_session()
    served = named(serve)
    version = publish(served, other)
    session.set_credentials("local", "local")
    client = session.create_client("lambda", region_name="eu-west-1", endpoint_url=served.service.url)

    answer = client.invoke(FunctionName=f"{served.service.deployment.function.arn}:{version}", Payload=b"{}")

    with answer["Payload"] as payload:
        assert json.loads(payload.read()) == {"statusCode": 200, "body": '"new"'}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "2")
    client.close()


def test_failed_invocation_is_marked(serve: Serve) -> None:
    """Invoke answers 200 with x-amz-function-error and Lambda's error object."""
    served = serve(handler="def handler(event, context):\n    raise ValueError('no')\n")

    answer = served.ask("POST", "/2015-03-31/functions/any/invocations", "{}")

    assert answer.status == 200
    assert answer.values("x-amz-function-error") == ["Unhandled"]
    assert answer.json["errorType"] == "ValueError"


def test_unknown_qualifier_is_not_found(serve: Serve) -> None:
    """Invoke of a version that is not there answers 404 as Lambda does."""
    served = serve()

    answer = served.ask("POST", "/2015-03-31/functions/any/invocations?Qualifier=7", "{}")

    assert (answer.status, answer.values("x-amzn-errortype")) == (404, ["ResourceNotFoundException"])


def test_retired_version_finishes_what_it_runs(serve: Serve, other: Path, tmp_path: Path) -> None:
    """Retiring waits for running invocations, and then leaves no process."""
    served = serve()
    release, mark = tmp_path / "release", tmp_path / "mark"
    running = InBackground(served, "wait_for", path=str(release), mark=str(mark))
    until(mark.exists)
    control(served, "PUT", "/-/weights", {publish(served, other): 1})

    retiring = http.client.HTTPConnection("127.0.0.1", served.service.gateway.port, timeout=20)
    retiring.request("DELETE", "/-/versions/1")
    until(lambda: "1" not in served.service.versions.pools)
    release.touch()

    assert running.answer().status == 200
    assert json.loads(retiring.getresponse().read()) == {"retired": "1"}
    assert not alive(running.answer().json["pid"])
    retiring.close()


@pytest.mark.parametrize(
    ("method", "path", "document", "status", "message"),
    [
        ("PUT", "/-/weights", {"1": 0.5}, 400, "Weights are between 0 and 1 and add up to 1; got {'1': 0.5}."),
        ("PUT", "/-/weights", {"7": 1.0}, 404, 'No version "7". Available: 1.'),
        ("PUT", "/-/weights", {"1": "all"}, 400, 'Weights are numbers by version, such as {"1": 0.9, "2": 0.1}.'),
        ("PUT", "/-/weights", [1], 400, "Expected a JSON object."),
        ("POST", "/-/versions", {}, 400, 'Expected {"path": "<built template, or folder of an artifact>"}.'),
        (
            "POST",
            "/-/versions",
            {"path": "/nowhere"},
            400,
            "/nowhere: expected a built template.yaml, or the folder of an artifact.",
        ),
        ("DELETE", "/-/versions/7", None, 404, 'No version "7". Available: 1.'),
        ("DELETE", "/-/versions/1", None, 409, "Version 1 has 100% of the alias' traffic."),
    ],
)
def test_wrong_orders_are_refused_with_a_sentence(
    serve: Serve, method: str, path: str, document: Any, status: int, message: str
) -> None:
    """What cannot be done is said, and nothing changes."""
    served = serve()

    assert control(served, method, path, document) == (status, {"message": message})
    assert control(served, "GET", "/-/weights") == (200, {"1": 1.0})


def test_status_counts_by_version(serve: Serve, other: Path) -> None:
    """Each version has its own counts, durations and memory, and the gateway its statuses."""
    served = named(serve)
    version = publish(served, other)
    control(served, "PUT", "/-/weights", {version: 1})
    answers(served, 3)

    _, status = control(served, "GET", "/-/status")

    assert status["requests"] == 3
    assert status["statuses"] == {"200": 3}
    assert (status["versions"]["1"]["invocations"], status["versions"]["2"]["invocations"]) == (0, 3)
    assert status["versions"]["2"]["cold_starts"] == 1
    assert 5 < status["versions"]["2"]["memory_mb"]["peak"] <= status["versions"]["2"]["memory_mb"]["limit"]
    assert 0 < status["versions"]["2"]["duration_ms"]["p50"] <= status["latency_ms"]["p99"]


@pytest.mark.parametrize("host", ["example.com", "192.0.2.1:3000"])
def test_control_is_for_this_machine_alone(serve: Serve, host: str) -> None:
    """Under another name, such as a rebound one of a web page, there is nothing beside the API."""
    served = serve()

    answer = served.ask("GET", "/-/status", headers={"host": host})

    assert (answer.status, answer.body) == (404, b'{"message":"Not Found"}')
