"""Relatives of the faults of the page, by what botocore, SAM and AWS call them."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError, SSLError, WaiterError
from samcli.commands.deploy.exceptions import ChangeSetError, DeployFailedError
from samcli.commands.package.exceptions import NoSuchBucketError

from sparely_toolkit.deployment import access
from sparely_toolkit.deployment.explained import sentence
from sparely_toolkit.deployment.faults import Fault, Place
from sparely_toolkit.samconfig import Stage
from support.services import baked

STAGE = Stage("prod", "shop-prod", "eu-west-1", profile="shop", delete=".venv/bin/sam delete --config-env prod")
ROLE = baked().root / "deployment" / "role.yaml"
PLACE = Place(STAGE, "eu-west-1", ROLE)
ME = "arn:aws:iam::123456789012:user/me"


def denied(action: str, resource: str = "", why: str = "") -> str:
    return f"User: {ME} is not authorized to perform: {action}{resource and f' on resource: {resource}'}{why}"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("TooManyRequestsException", "Rate Exceeded.", "Invoke"), "AWS asks for patience (Invoke: TooManyRequests"),
        (Fault("SlowDown", "Please reduce your request rate.", "PutObject"), "AWS asks for patience (PutObject: SlowDown)"),
        (Fault("LimitExceededException", "Limit for stack has been exceeded.", "CreateChangeSet"), "A quota of this account"),
        (Fault("CodeStorageExceededException", "Code storage limit exceeded.", "x"), "A quota of this account is used up"),
        (Fault("InternalFailure", "", "CreateChangeSet"), "AWS has a fault of its own (CreateChangeSet: InternalFailure)"),
        (Fault("503", "Service Unavailable", "HeadObject"), "AWS has a fault of its own (HeadObject: 503)"),
        (Fault("RequestTimeTooSkewed", "The difference is too large.", "PutObject"), "AWS refuses what this machine signs"),
        (Fault("UnrecognizedClientException", "x", "Invoke"), "AWS does not know these credentials (Unrecognized"),
        (Fault("TokenRetrievalError", "x"), "The AWS session has ended: `aws sso login --profile shop`"),
        (Fault("ResourceConflictException", "x", "UpdateAlias"), "Another change of the same thing is under way"),
        (
            Fault("ChangeSetError", "Requires capabilities : [CAPABILITY_NAMED_IAM]"),
            "template.yaml makes what has to be allowed: set capabilities to CAPABILITY_NAMED_IAM under [prod.deploy",
        ),
        (
            Fault("ValidationError", "This stack is currently in a non-terminal [UPDATE_FAILED] state.", "CreateChangeSet"),
            "Stack shop-prod is UPDATE_FAILED: the last deployment failed and was not taken back; `make deploy` cannot mend "
            "that: `aws --region eu-west-1 --profile shop cloudformation rollback-stack --stack-name shop-prod`, then "
            "`make deploy STAGE=prod`",
        ),
        (Fault("AccessDeniedException", denied("lambda:GetAlias")), "AWS does not let user/me do lambda:GetAlias: deployment"),
        (Fault("Forbidden", "", "HeadBucket"), "AWS does not let these credentials do s3:ListBucket: deployment/role.yaml (policy DeployBatch,"),
        (Fault("Forbidden", "", "HeadObjects"), "AWS refused HeadObjects: Forbidden"),
        *(
            (Fault("AccessDenied", denied("s3:PutObject", why=f" because no {bound} allows the s3:PutObject action")), f"AWS does not let user/me do s3:PutObject: no {bound} allows it, over which nothing in")
            for bound in ("permissions boundary", "service control policy", "resource control policy", "session policy", "VPC endpoint policy")
        ),
        *(
            (Fault("AccessDenied", denied("s3:PutObject", why=f" with an explicit deny in a{bound}")), f"AWS does not let user/me do s3:PutObject: an explicit deny in a{bound} forbids it, over which")
            for bound in (" permissions boundary", " service control policy", "n identity-based policy")
        ),
        (Fault("AccessDenied", denied("s3:PutObject", why=" because no identity-based policy allows the s3:PutObject action")), "AWS does not let user/me do s3:PutObject: deployment/role.yaml (policy stack"),
        (Fault("AccessDenied", denied("s3:PutObject", "arn:aws:s3:::theirs/x", " because no resource-based policy allows the s3:PutObject action")), "AWS does not let user/me do s3:PutObject on arn:aws:s3:::theirs/x: no resource-based policy allows it, as of a bucket or a key of another"),
        (Fault("AccessDenied", denied("kms:Decrypt", why=" on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or")), "AWS does not let user/me do kms:Decrypt: no resource-based policy allows it"),
        (Fault("AccessDenied", denied("sts:AssumeRole", "arn:aws:iam::1:role/a")), "AWS does not let user/me do sts:AssumeRole on arn:aws:iam::1:role/a: a policy of this identity and the trust"),
        (Fault("UnauthorizedOperation", "You are not authorized to perform this operation. Encoded authorization failure message: Zm9v", "DescribeStacks"), "AWS does not let these credentials do cloudformation:DescribeStacks: `aws sts decode-authorization-message --encoded-message Zm9v` says"),
        (Fault("KMSAccessDeniedException", denied("kms:Decrypt"), "Invoke"), "Lambda cannot use the key that the function is encrypted with (KMSAccessDenied"),
        (Fault("KMSDisabledException", "x", "Invoke"), "Lambda cannot use the key"),
        (Fault("ResourceNotReadyException", "x", "Invoke"), "Lambda is not ready (Invoke: ResourceNotReadyException)"),
        (Fault("ValidationError", "Role arn:aws:iam::1:role/cf is invalid or cannot be assumed", "CreateChangeSet"), "CloudFormation cannot take the role arn:aws:iam::1:role/cf, which role_arn under [prod.deploy"),
        (Fault("InvalidSignatureException", "Credential should be scoped to a valid region, not 'eu-next-1'. ", "GetAlias"), "AWS knows no region eu-west-1: write one such as"),
        (Fault("Odd", "Something new.", "GetAlias"), "AWS refused GetAlias: Odd: Something new; `make doctor` may say why"),
        (Fault("OddError", "Odd"), "AWS could not be asked: Odd; `make doctor` may say why"),
        (Fault("OddError", "", of_sam=True), "`sam deploy` stopped (OddError): it does not say why; `make doctor` may"),
    ],
)  # fmt: skip
def test_a_relative_is_told_as_what_it_is(fault: Fault, said: str) -> None:
    """By its code, or by what AWS says with it."""
    assert sentence(fault, PLACE).startswith(said)


def raised(error: Exception, cause: Exception) -> Fault:
    """What is found of an error that was raised from another."""
    try:
        raise error from cause
    except type(error) as caught:
        return Fault.of(caught)


def test_what_aws_said_is_found_behind_what_sam_says() -> None:
    """SAM flattens an answer into its own text, and keeps it as the cause."""
    answer = ClientError({"Error": {"Code": "ExpiredToken", "Message": "It is expired."}}, "CreateChangeSet")

    found = raised(ChangeSetError(stack_name="s", msg=str(answer)), answer)

    assert found == Fault("ExpiredToken", "It is expired.", "CreateChangeSet")


def test_an_answer_of_botocore_itself_is_found_too() -> None:
    """It has a class, and no code."""
    cause = SSLError(endpoint_url="https://x", error=OSError("certificate verify failed"))

    found = raised(DeployFailedError(stack_name="s", msg=str(cause)), cause)

    assert found.code == "SSLError"
    assert sentence(found, PLACE).startswith("AWS' certificate is not trusted here")


def test_what_sam_says_by_itself_is_said() -> None:
    """A waiter's end and a bucket have meanings of their own."""
    gone = Fault.of(NoSuchBucketError(bucket_name="b"))

    assert Fault.of(WaiterError("StackUpdateComplete", "x", {})).code == "WaiterError"
    assert sentence(gone, PLACE).startswith("SAM's bucket for packages was deleted")


def test_a_statement_is_found_by_action_and_resource() -> None:
    """Of several that allow an action it is the one that reaches the resource."""
    account = "arn:aws:cloudformation:eu-west-1:123456789012"
    statements = [each for each in access.statements(ROLE) if each.allows("cloudformation:CreateChangeSet")]
    lines = ROLE.read_text("utf-8").splitlines()

    assert len(statements) == 2
    assert all("Effect: Allow" in lines[each.line - 1] for each in statements)
    (reaching,) = [each for each in statements if each.reaches(f"{account}:stack/shop-prod/1")]
    assert f"({reaching})" in access.advice(
        access.Denial("cloudformation:CreateChangeSet", "me", f"{account}:stack/shop-prod/1"), ROLE
    )


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "Policies: []\n"])
def test_a_role_that_is_none_has_no_statements(tmp_path: Path, text: str) -> None:
    """Its owner may have changed it, or taken it away."""
    (tmp_path / "role.yaml").write_text(text)

    assert [*access.statements(tmp_path / "role.yaml")] == []
    assert "no deployment/role.yaml" in access.advice(access.Denial("s3:PutObject"), tmp_path / "none.yaml")
