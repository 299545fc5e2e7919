"""What fails inside of AWS' client, and what answers in AWS' place: one sentence, and no traceback."""

import json
from pathlib import Path

import pytest

from sparely_toolkit.deployment.aws import asking, session
from sparely_toolkit.deployment.explained import AwsFault
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage
from support.scripted_aws import Answer, ScriptedAws
from tests.deployment.faults.bench import closed_port

ROLE = "role_arn = arn:aws:iam::123456789012:role/a"
KEYS = "[profile base]\naws_access_key_id = x\naws_secret_access_key = y\n"
NOT_HAD = "AWS credentials could not be had: "
MISSET = "AWS' client cannot use what this machine tells it ("
NOT_AWS = "What answers is not AWS, as a proxy or the sign-in page of a network: "
OLD = json.dumps(
    {
        "Version": 1,
        "AccessKeyId": "x",
        "SecretAccessKey": "x",
        "SessionToken": "x",
        "Expiration": "2020-01-01T00:00:00Z",
    }
)
PROFILES = [
    (f"{ROLE}\nsource_profile = shop", f"{NOT_HAD}Infinite loop in credential configuration detected"),
    (f"{ROLE}\nsource_profile = other\n[profile other]\n{ROLE}\nsource_profile = shop", f"{NOT_HAD}Infinite loop in"),
    (f"{ROLE}\nsource_profile = nobody", f'{NOT_HAD}The source_profile "nobody" referenced in the profile "shop"'),
    (f"{ROLE}\ncredential_source = Environment", f"{NOT_HAD}Error when retrieving credentials from Environment"),
    (f"{ROLE}\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n{KEYS}", f"{NOT_HAD}the profile wants an MFA code"),
    ("credential_process = /nowhere/tool", f"{NOT_HAD}credential_process cannot be started (/nowhere/tool: No such file"),
    ("credential_process = /etc/hostname", f"{NOT_HAD}credential_process cannot be started (/etc/hostname: "),
    ("credential_process = sh -c 'echo no token >&2; exit 3'", f"{NOT_HAD}Error when retrieving credentials from custom-process: no token"),
    ("credential_process = echo hello", f"{NOT_HAD}credential_process does not print credentials in JSON"),
    ("credential_process = echo []", f"{NOT_HAD}credential_process does not print credentials in JSON"),
    ("credential_process = true", f"{NOT_HAD}credential_process does not print credentials in JSON"),
    ("credential_process = echo 'x", f"{NOT_HAD}credential_process does not print credentials in JSON"),
    (f"credential_process = echo '{OLD}'", "The AWS session has ended: `aws sso login --profile shop`"),
    ("sso_session = nowhere\nsso_account_id = 1\nsso_role_name = a", f"{NOT_HAD}The specified sso-session does not exist"),
    ("login_session = arn:aws:iam::123456789012:user/x", "The AWS session has ended: `aws login --profile shop`"),
]  # fmt: skip
"""What stands under a profile, and the beginning of what is said."""
VARIABLES = [
    ({"AWS_ENDPOINT_URL": "nowhere"}, f"{MISSET}Invalid endpoint: nowhere): look at the variables AWS_*"),
    ({"AWS_MAX_ATTEMPTS": "many"}, f"{MISSET}invalid literal"),
    ({"AWS_MAX_ATTEMPTS": "0"}, f"{MISSET}Value provided to"),
    ({"AWS_DEFAULTS_MODE": "fast"}, f"{MISSET}Client configured with invalid defaults mode"),
    ({"AWS_ACCESS_KEY_ID": "A\nB"}, "AWS credentials hold a line break"),
    ({"AWS_SESSION_TOKEN": "A\r\n"}, "AWS credentials hold a line break"),
    ({"HTTP_PROXY": "http://:::x", "AWS_ENDPOINT_URL": "http://aws.invalid"}, "AWS is not reached, since the proxy"),
    ({"HTTP_PROXY": "127.0.0.1:{port}", "AWS_ENDPOINT_URL": "http://aws.invalid"}, "AWS is not reached, since the proxy"),
    ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com"}, f"{NOT_HAD}Unsupported host 'example.com'"),
    ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/a"}, f"{NOT_HAD}[Errno 2] No such file"),
]  # fmt: skip
ANSWERS = [
    Answer(b"<html>Sign in to the network</html>", headers={"content-type": "text/html"}),
    Answer(b"<html>Forbidden</html>", 403, {"content-type": "text/html"}),
    Answer(b"<html>Sign in to the proxy</html>", 407, {"content-type": "text/html"}),
    Answer(b"", 200),
    Answer(b"", 302, {"location": "http://localhost:1/login"}),
]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's AWS files, and keys in the shell."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN", "NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "HOME": str(tmp_path),
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "y",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_ENDPOINT_URL": f"http://localhost:{closed_port()}",
    }.items():
        monkeypatch.setenv(name, value)


def said(folder: Path, stage: Stage) -> str:
    """What is said where a stack is asked for."""
    with pytest.raises(AwsFault) as caught, asking(Project(folder), stage):
        session(stage).client("cloudformation").describe_stacks(StackName="s")
    assert caught.value.exit_code == ExitCode.AWS
    assert str(caught.value).count("\n") == 0
    return str(caught.value)


@pytest.mark.parametrize(("profile", "sentence"), PROFILES)
def test_a_profile_that_gives_no_credentials_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str, sentence: str
) -> None:
    """Also where AWS' client fails by itself."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    (tmp_path / "config").write_text(f"[profile shop]\n{profile}\n")

    assert said(tmp_path, Stage("default", "s", profile="shop")).startswith(sentence)


@pytest.mark.parametrize(("variables", "sentence"), VARIABLES)
def test_a_variable_that_is_set_wrongly_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], sentence: str
) -> None:
    """It is said which thing of the machine is meant."""
    if "ROLE" in str(variables) or "CONTAINER" in str(variables):
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(port=closed_port()))

    assert said(tmp_path, Stage("default", "s")).startswith(sentence)


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_is_not_aws_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer) -> None:
    """Its pages are no fault of rights, and no traceback."""
    with ScriptedAws(lambda asked: answer).running() as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.endpoint)

        assert said(tmp_path, Stage("default", "s")).startswith(NOT_AWS)


def test_a_fault_of_our_own_is_not_told_as_one_of_aws(tmp_path: Path) -> None:
    """It has to be found and mended."""
    with pytest.raises(KeyError), asking(Project(tmp_path), Stage()):
        raise KeyError("nothing")
