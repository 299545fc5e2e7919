"""`sparely rehearse`, `deploy`, `smoke` and `rollback` where they cannot go on: one sentence and an exit code."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sparely_toolkit.problems import ExitCode
from support.command_line import Sparely
from support.command_line import sparely as sparely
from support.servers import answering
from support.services import baked

REFUSAL = (
    b"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>You may not.</Message></Error>"
    b"</ErrorResponse>"
)


class _Refusing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(403)
        self.send_header("content-length", str(len(REFUSAL)))
        self.end_headers()
        self.wfile.write(REFUSAL)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials of whoever runs the tests."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


@pytest.fixture
def refusing(nobody: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS that refuses everything."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with answering(server):
        yield


@pytest.mark.parametrize("command", ["smoke", "rollback"])
def test_what_aws_refuses_ends_with_four(refusing: None, command: str, sparely: Sparely) -> None:
    """The sentence names the action and the statement that allows it, and there is no traceback."""
    outcome = sparely(command, service=baked().root)

    assert outcome.exit_code == ExitCode.AWS
    assert outcome.err.startswith(
        "AWS does not let these credentials do cloudformation:DescribeStacks: deployment/role.yaml (policy stack, line "
    )


def test_a_deployment_that_aws_refuses_ends_with_four(refusing: None, sparely: Sparely) -> None:
    """Before anything is built."""
    outcome = sparely("deploy", service=baked().root)

    assert outcome.exit_code == ExitCode.AWS
    assert outcome.err == (
        "prediction-service-dev was not deployed, credentials: AWS refused GetCallerIdentity: AccessDenied: You may "
        "not; `make doctor` may say why.\n"
    )


@pytest.mark.parametrize("command", ["smoke", "rollback"])
def test_without_credentials_aws_cannot_be_asked(nobody: None, command: str, sparely: Sparely) -> None:
    """It is said how to get some."""
    outcome = sparely(command, service=baked().root)

    assert outcome.exit_code == ExitCode.AWS
    assert outcome.err == (
        "No AWS credentials are here: `aws configure sso` once, then `aws sso login` "
        "(`sparely docs first-deployment`).\n"
    )


@pytest.mark.parametrize("command", ["deploy", "smoke", "rollback"])
def test_without_a_region_each_says_the_same(
    nobody: None, command: str, sparely: Sparely, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is built or asked, and as the doctor names the variable."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)

    outcome = sparely(command, service=baked().root)

    assert outcome.exit_code == ExitCode.AWS
    assert outcome.err == (
        "No region is named: set region under [default.deploy.parameters] of samconfig.toml, or AWS_REGION.\n"
    )


@pytest.mark.parametrize("command", ["deploy", "smoke", "rollback", "rehearse"])
def test_a_stage_that_is_not_there_ends_with_four(command: str, sparely: Sparely) -> None:
    """Before anything is built."""
    outcome = sparely(command, "--stage", "staging", service=baked().root)

    assert outcome.exit_code == ExitCode.AWS
    assert outcome.err == 'samconfig.toml: no stage "staging". Available: default, prod.\n'


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--bad", "slow", "--all"], "--all plays every bad version; leave --bad out."),
        (
            ["--bad", "nice"],
            '--bad "nice" is no kind of bad version; name one, or a part of its name: "wrong predictions", ',
        ),
        (["--bad", ""], '--bad "" fits 6 kinds of bad version; name one, or a part of its name: "wrong'),
    ],
)
def test_versions_that_cannot_be_played_are_a_wrong_call(options: list[str], said: str, sparely: Sparely) -> None:
    """The choices are named."""
    outcome = sparely("rehearse", *options, service=baked().root)

    assert outcome.exit_code == ExitCode.WRONG_CALL
    assert said in outcome.err
