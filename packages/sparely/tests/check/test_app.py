"""The entry points: whatever happens, CodeDeploy is told."""

import logging
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from sparely.check import app
from support.services import MODELS
from tests.check.conftest import LIVE, NEW, RELEASE, FakeLambda

EVENT = {"DeploymentId": "d-123", "LifecycleEventHookExecutionId": "hook-456"}
TOPIC = "arn:aws:sns:us-east-1:123456789012:operations"
ENVIRONMENT = {
    "NEW_VERSION": NEW,
    "ALIAS": LIVE,
    "RELEASE_ID": RELEASE,
    "PAYLOAD": "2.0",
    "CALLS": "4",
    "SLOWER_AT_MOST": "1000",
    "LATENCY_LIMIT_MS": "60000",
    "TOPIC": TOPIC,
}

Expect = Callable[[str], None]


class Context:
    """What the entry points read of Lambda's context."""

    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:CodeDeployHook_service_pre"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


@pytest.fixture
def clients(aws: FakeLambda, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """AWS' services as the entry points find them: a function in this process, stubs for the rest."""
    session: Any = boto3.Session("x", "x", region_name="us-east-1")
    found: dict[str, Any] = {"lambda": aws, **{each: session.client(each) for each in ("codedeploy", "sns")}}
    monkeypatch.setattr(boto3, "client", lambda service, **_: found[service])
    monkeypatch.setattr(app, "MODELS", MODELS)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def code_deploy(clients: dict[str, Any]) -> Iterator[Expect]:
    """CodeDeploy expects one report, with this status."""
    with Stubber(clients["codedeploy"]) as stub:

        def expect(status: str) -> None:
            stub.add_response(
                "put_lifecycle_event_hook_execution_status",
                {"lifecycleEventHookExecutionId": "hook-456"},
                {"deploymentId": "d-123", "lifecycleEventHookExecutionId": "hook-456", "status": status},
            )

        yield expect
        stub.assert_no_pending_responses()


@pytest.fixture
def topic(clients: dict[str, Any]) -> Iterator[Expect]:
    """The topic expects one message, which is this."""
    with Stubber(clients["sns"]) as stub:

        def expect(message: str) -> None:
            subject = "Deployment d-123 stopped: Check before traffic failed"
            parameters = {"TopicArn": TOPIC, "Subject": subject, "Message": message}
            stub.add_response("publish", {"MessageId": "1"}, parameters)

        yield expect
        stub.assert_no_pending_responses()


def test_a_right_version_succeeds(code_deploy: Expect, topic: Expect) -> None:
    """CodeDeploy may move traffic, and nobody is disturbed."""
    code_deploy("Succeeded")

    verdict = app.before_traffic(EVENT, Context())

    assert (verdict["passed"], verdict["findings"]) == (True, [])


def test_a_wrong_version_fails_with_a_reason(
    aws: FakeLambda, code_deploy: Expect, topic: Expect, caplog: pytest.LogCaptureFixture
) -> None:
    """The log's first line and the topic's message say what is wrong."""
    aws.configurations[NEW]["CodeSha256"] = "zzz="
    code_deploy("Failed")
    reason = "its package is zzz=; the function was deployed with aaa="
    summary = f"Check before traffic: {NEW} is refused: {reason}."
    topic(f"{summary}\n\n- {reason}")

    app.before_traffic(EVENT, Context())

    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [summary, reason]


def test_a_broken_check_fails_the_deployment(
    clients: dict[str, Any], monkeypatch: pytest.MonkeyPatch, code_deploy: Expect, topic: Expect
) -> None:
    """What the check cannot do must not leave CodeDeploy waiting."""
    monkeypatch.delenv("ALIAS")
    code_deploy("Failed")
    reason = "the check itself failed: KeyError: 'ALIAS'"
    topic(f"Check before traffic: {NEW} is refused: {reason}.\n\n- {reason}")

    assert app.before_traffic(EVENT, Context())["findings"] == [reason]


def test_a_deaf_topic_does_not_change_the_report(
    aws: FakeLambda, clients: dict[str, Any], code_deploy: Expect, caplog: pytest.LogCaptureFixture
) -> None:
    """CodeDeploy is told first; a message that cannot be sent is a line in the log."""
    aws.configurations[NEW]["CodeSha256"] = "zzz="
    code_deploy("Failed")
    with Stubber(clients["sns"]) as stub:
        stub.add_client_error("publish", "AuthorizationError")

        app.before_traffic(EVENT, Context())

    assert caplog.records[-1].message == "The topic could not be told"


def test_the_alias_is_asked_after_traffic(aws: FakeLambda, code_deploy: Expect) -> None:
    """The second check ends the deployment."""
    aws.configurations[LIVE]["Version"] = "7"
    code_deploy("Succeeded")

    assert app.after_traffic(EVENT, Context())["passed"]


def test_a_right_version_is_asked_on_while_traffic_moves(
    aws: FakeLambda, code_deploy: Expect, topic: Expect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where that is wanted, the check invokes itself, and does not wait for it."""
    monkeypatch.setenv("WHILE_SHIFTING", "on")
    code_deploy("Succeeded")

    app.before_traffic(EVENT, Context())

    assert aws.sent == [{"FunctionName": Context.invoked_function_arn, "AskWhileShifting": "d-123"}]


@pytest.mark.parametrize("asks", ["off", "on"])
def test_a_wrong_version_is_not_asked_on(
    aws: FakeLambda, code_deploy: Expect, topic: Expect, monkeypatch: pytest.MonkeyPatch, asks: str
) -> None:
    """It gets no traffic; nor is a right one asked where nobody wants it."""
    monkeypatch.setenv("WHILE_SHIFTING", asks)
    if asks == "on":
        aws.configurations[NEW]["CodeSha256"] = "zzz="
        reason = "its package is zzz=; the function was deployed with aaa="
        topic(f"Check before traffic: {NEW} is refused: {reason}.\n\n- {reason}")
    code_deploy("Failed" if asks == "on" else "Succeeded")

    app.before_traffic(EVENT, Context())

    assert aws.sent == []


def test_a_wrong_answer_while_traffic_moves_stops_the_deployment(
    aws: FakeLambda, clients: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CodeDeploy gives the alias back at once, and the topic has the reason."""
    aws.functions[LIVE] = lambda event: {"statusCode": 500, "body": '{"detail": "It failed."}'}
    aws.chosen = repeat("7")
    finding = "/predict/clinic/high-risk: status 500: It failed."
    summary = (
        "While traffic moved: 1 golden calls through the alias, 1 answered by version 7; the last of them is wrong: "
        f"{finding}."
    )
    with Stubber(clients["codedeploy"]) as deploy, Stubber(clients["sns"]) as sns:
        deploy.add_response("stop_deployment", {}, {"deploymentId": "d-123", "autoRollbackEnabled": True})
        subject = "Deployment d-123 stopped: a wrong answer while traffic moved"
        message = {"TopicArn": TOPIC, "Subject": subject, "Message": f"{summary}\n\n- {finding}"}
        sns.add_response("publish", {"MessageId": "1"}, message)

        said = app.before_traffic({"AskWhileShifting": "d-123"}, Context())

        deploy.assert_no_pending_responses()
        sns.assert_no_pending_responses()
    assert said == {"answered": {"7": 1}, "findings": [finding]}


def test_asking_that_fails_is_a_line_in_the_log(
    clients: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Lambda would begin it again, twice."""
    monkeypatch.delenv("ALIAS")

    assert app.before_traffic({"AskWhileShifting": "d-123"}, Context()) == {}
    assert caplog.records[-1].message == "Asking while traffic moves failed"


def test_without_a_deployment_nobody_is_told(aws: FakeLambda, code_deploy: Expect, topic: Expect) -> None:
    """`make deploy` invokes the check by hand and reads the verdict itself."""
    verdict = app.after_traffic({}, Context())

    assert verdict["findings"] == ["the alias reaches version 6; expected 7"]
