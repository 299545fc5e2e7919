"""What the account's checks say to AWS' answers."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, SSOTokenLoadError

from sparely_toolkit.deployment.doctor import account
from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem, warning
from sparely_toolkit.deployment.doctor.stack import stack_name, stack_state
from sparely_toolkit.deployment.faults import Place
from sparely_toolkit.deployment.stack_states import REFUSES, STATES
from sparely_toolkit.samconfig import Stage, read_stage
from tests.deployment.conftest import Stub

STAGE = Stage("prod", "s", delete=".venv/bin/sam delete --config-env prod")
PLACE = Place(STAGE, "us-east-1")
NOTHING = {"ReservedConcurrency": "-1", "ProvisionedConcurrency": "0"}
ROLE = "arn:aws:iam::123456789012:role/logs"
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No credentials and no region of whoever runs the tests."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


def limits(stub: Stub, most: int, free: int, **wanted: str) -> Finding:
    client, aws = stub("lambda")
    aws.add_response(
        "get_account_settings",
        {"AccountLimit": {"ConcurrentExecutions": most, "UnreservedConcurrentExecutions": free}},
    )
    return account.quota(client, {**NOTHING, **wanted})


def state(stub: Stub, status: str) -> Finding:
    client, aws = stub("cloudformation")
    described = {"StackName": "s", "CreationTime": datetime(2026, 1, 1, tzinfo=UTC), "StackStatus": status}
    aws.add_response("describe_stacks", {"Stacks": [described]}, {"StackName": "s"})
    return stack_state(client, STAGE)


def test_without_credentials_the_account_is_not_looked_at() -> None:
    """Both that and a missing region keep a deployment from working."""
    found = list(account.look(boto3.Session(), PLACE, NOTHING))

    assert [(each.state, each.check) for each in found] == [("problem", "region"), ("problem", "credentials")]
    assert found[1].text.startswith("No AWS credentials are here: `aws configure sso` once")


def test_credentials_without_a_region_cannot_deploy() -> None:
    """SAM would end at once."""
    (found,) = account.look(boto3.Session("x", "x"), PLACE, NOTHING)

    assert found == problem(
        "region", "No region is named: set region under [prod.deploy.parameters] of samconfig.toml, or AWS_REGION."
    )


def test_the_region_is_the_one_that_sam_will_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 and SAM do not read AWS_REGION, as the AWS command line does."""
    monkeypatch.setenv("AWS_REGION", "eu-central-1")

    (found,) = account.look(boto3.Session("x", "x"), PLACE, NOTHING)

    assert (found.state, found.check) == ("problem", "region")


def test_a_region_that_nobody_knows_is_told_without_asking_aws() -> None:
    """With all names that it may be; a new region of AWS is one that an older boto3 does not know."""
    sentence = '"us-eest-1" is no region that is known here: us-east-1 or us-west-1 may be meant.'

    assert account.region("us-eest-1", STAGE) == warning("region", sentence)
    assert account.region("moon-1", STAGE).state == "warning"


def test_a_region_in_capitals_is_a_problem() -> None:
    """AWS would refuse the signature, and say nothing of the region."""
    assert account.region("US-EAST-1", Stage()).state == "problem"


def test_whose_credentials_these_are_is_told(stub: Stub) -> None:
    """So that nobody deploys to the wrong account."""
    client, aws = stub("sts")
    aws.add_response("get_caller_identity", {"Account": "1", "Arn": "arn:aws:sts::1:assumed-role/Admin/me"})

    assert account.credentials(client, PLACE) == ok("credentials", "account 1, Admin/me")


def test_the_root_user_is_warned_of(stub: Stub) -> None:
    """It cannot be limited."""
    client, aws = stub("sts")
    aws.add_response("get_caller_identity", {"Account": "1", "Arn": "arn:aws:iam::123456789012:root"})

    assert account.credentials(client, PLACE).state == "warning"


def test_refused_credentials_are_a_problem(stub: Stub) -> None:
    """They are there, so somebody means to deploy with them."""
    client, aws = stub("sts")
    aws.add_client_error("get_caller_identity", "ExpiredToken")

    with pytest.raises(account.NotSignedIn) as stop:
        account.credentials(client, PLACE)

    assert stop.value.finding == problem(
        "credentials",
        "The AWS session has ended: `aws sso login`, or renew the keys where they come from, then try again.",
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SSOTokenLoadError(error_msg="Token for x does not exist"), "The AWS session has ended: "),
        (
            EndpointConnectionError(endpoint_url="https://sts.us-east-1.amazonaws.com/"),
            "AWS is not reached at sts.us-east-1.",
        ),
    ],
)
def test_an_ended_session_and_no_network_are_problems(stub: Stub, error: Exception, said: str) -> None:
    """Neither lets a deployment work; each has its own sentence."""
    client: Any = boto3.Session("x", "x", region_name="us-east-1").client("sts")

    def fail(**_: Any) -> None:
        raise error

    client.meta.events.register("before-call.sts", fail)

    with pytest.raises(account.NotSignedIn) as stop:
        account.credentials(client, PLACE)

    assert stop.value.finding.state == "problem"
    assert stop.value.finding.text.startswith(said)


def test_a_profile_that_is_not_there_is_a_problem(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_PROFILE may be of another machine."""
    monkeypatch.setenv("AWS_PROFILE", "elsewhere")

    found = [*account.account_findings(project, read_stage(project.samconfig))][-1]

    assert (found.state, found.check) == ("problem", "credentials")


def test_a_new_account_can_reserve_nothing_and_need_not(stub: Stub) -> None:
    """It has ten at once; the template's defaults reserve none."""
    found = limits(stub, 10, 10)

    assert found.state == "warning"
    assert found.text.startswith(
        "10 requests at once in this region, none can be reserved; ask for more in Service Quotas"
    )


@pytest.mark.parametrize("name", NOTHING)
def test_more_than_the_account_may_reserve_is_a_problem(stub: Stub, name: str) -> None:
    """CloudFormation would find out minutes later."""
    found = limits(stub, 1000, 1000, **{name: "901"})

    assert found.state == "problem"
    assert (
        "1000 requests at once in this region, of which 100 cannot be reserved, and samconfig.toml wants 901"
        in found.text
    )


def test_what_others_have_reserved_is_told(stub: Stub) -> None:
    """It may be this stack's own, so it is no problem yet."""
    assert limits(stub, 1000, 150, ReservedConcurrency="100").state == "warning"


def test_enough_concurrency_is_fine(stub: Stub) -> None:
    """All but a hundred may be reserved."""
    assert limits(stub, 1000, 1000, ReservedConcurrency="900") == ok(
        "quota", "1000 requests at once in this region, 1000 not reserved"
    )


@pytest.mark.parametrize("status", STATES)
def test_every_state_of_the_table_is_said(stub: Stub, status: str) -> None:
    """By its name, with nothing left to fill in."""
    found = state(stub, status)

    assert f"s is {status}" in found.text
    assert "{" not in found.text


def test_every_state_that_aws_knows_is_in_the_table() -> None:
    """As botocore has them."""
    session: Any = boto3.Session("x", "x", region_name="us-east-1")
    shapes = session.client("cloudformation").meta.service_model

    assert {*shapes.shape_for("StackStatus").enum} == STATES.keys()


def test_a_failed_creation_has_to_be_deleted_first(stub: Stub) -> None:
    """CloudFormation takes no change of such a stack."""
    assert state(stub, "ROLLBACK_COMPLETE") == problem(
        "stack",
        "s is ROLLBACK_COMPLETE: its first deployment failed and `make deploy` cannot mend that: "
        "`.venv/bin/sam delete --config-env prod`, then `make deploy STAGE=prod` again.",
    )


@pytest.mark.parametrize("status", [name for name, each in STATES.items() if each.kind == REFUSES])
def test_what_cannot_be_deployed_over_is_a_problem(stub: Stub, status: str) -> None:
    """A deployment during another one is refused too."""
    assert state(stub, status).state == "problem"


def test_a_stack_that_is_not_there_is_fine(stub: Stub) -> None:
    """The first deployment makes it."""
    client, aws = stub("cloudformation")
    aws.add_client_error("describe_stacks", "ValidationError", "Stack with id s does not exist")

    assert stack_state(client, STAGE) == ok("stack", "s is not there yet")


@pytest.mark.parametrize(("length", "expected"), [(31, "ok"), (32, "warning"), (40, "warning"), (41, "problem")])
def test_a_stack_name_leaves_room_for_what_is_named_after_it(length: int, expected: str) -> None:
    """Names of functions and roles end at 64 characters."""
    assert stack_name("s" * length).state == expected


@pytest.mark.parametrize(
    ("auth", "reserved", "state", "text"),
    [
        ("AWS_IAM", "-1", "ok", "callers sign their requests, without limit."),
        ("NONE", "10", "warning", "everybody who knows it may call, 10 at once (ReservedConcurrency); "
         "UrlAuth=AWS_IAM asks for signatures."),
    ],
)  # fmt: skip
def test_a_url_for_everybody_is_said(auth: str, reserved: str, state: str, text: str) -> None:
    """It was confirmed when it was set, and is easily forgotten."""
    found = account.function_url(auth, reserved)

    assert (found.state, found.text) == (state, text)


@pytest.mark.parametrize(
    ("role", "setting", "expected"),
    [
        (None, "create", "ok"),
        (None, "exists", "problem"),
        (ROLE, "create", "warning"),
        (ROLE, "exists", "ok"),
        ("arn:aws:iam::123456789012:role/s-ApiGatewayLogsRole-1A2B3C4D5E6F7", "create", "ok"),
        ("arn:aws:iam::123456789012:role/s2-ApiGatewayLogsRole-1A2B3C4D5E6F7", "create", "warning"),
    ],
)
def test_the_role_for_access_logs_is_set_once(stub: Stub, role: str | None, setting: str, expected: str) -> None:
    """By this stack, which finds its own at the next deployment, or by somebody else, and not by nobody."""
    client, aws = stub("apigateway")
    aws.add_response("get_account", {"cloudwatchRoleArn": role} if role else {})

    assert account.api_logs(client, setting, "s").state == expected


@pytest.mark.parametrize(
    ("arns", "expected"), [([PROVIDER], "ok"), ([f"{PROVIDER}.example.com"], "warning"), ([], "warning")]
)
def test_githubs_provider_is_looked_for(stub: Stub, arns: list[str], expected: str) -> None:
    """An account can have one of each address."""
    client, aws = stub("iam")
    aws.add_response("list_open_id_connect_providers", {"OpenIDConnectProviderList": [{"Arn": each} for each in arns]})

    assert account.provider(client).state == expected


def test_what_may_not_be_asked_is_a_warning(stub: Stub) -> None:
    """Who may deploy need not be allowed to look at everything."""
    client, aws = stub("iam")
    aws.add_client_error("list_open_id_connect_providers", "AccessDenied")

    assert account.look_at("GitHub", lambda: account.provider(client)) == warning(
        "GitHub", "not looked at: ListOpenIDConnectProviders was answered with AccessDenied."
    )
