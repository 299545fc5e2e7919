"""The faults, by the names that they have in the page: how each comes about, and which commands meet it."""

from collections.abc import Callable
from dataclasses import dataclass

from sparely_toolkit.deployment.meanings import MANAGED
from sparely_toolkit.deployment.stack_states import REFUSES, STATES
from support.scripted_aws import ACCOUNT, REGION, Answer, Asked, Refusal, Reply
from tests.deployment.faults.bench import FUNCTION, STACK, Bench, closed_port

EVERY = ("deploy", "smoke", "rollback", "doctor", "rehearse")
ASKING = ("deploy", "smoke", "rollback", "doctor")
DEPLOYING = ("deploy", "doctor")
SERVING = ("smoke", "rollback")
ME = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deployer/me"


@dataclass(frozen=True, slots=True)
class Case:
    """
    One fault.

    Attributes:
        commands: those that meet it.
        by_sam: whether SAM meets it, so that a built service is deployed.
    """

    name: str
    commands: tuple[str, ...]
    arrange: Callable[[Bench], None]
    by_sam: bool = False
    stage: str = "default"


def _refuses(operation: str, code: str, message: str, status: int = 400) -> Callable[[Bench], None]:
    def arrange(bench: Bench) -> None:
        bench.aws.script[operation] = Refusal(code, message, status)

    return arrange


def _everything_refused(code: str, message: str, status: int = 403) -> Callable[[Bench], None]:
    def arrange(bench: Bench) -> None:
        for operation in ("GetCallerIdentity", "DescribeStacks"):
            bench.aws.script[operation] = Refusal(code, message, status)

    return arrange


def _without(*names: str) -> Callable[[Bench], None]:
    def arrange(bench: Bench) -> None:
        for name in names:
            bench.shell.delenv(name)

    return arrange


def _with(**variables: str) -> Callable[[Bench], None]:
    def arrange(bench: Bench) -> None:
        for name, value in variables.items():
            bench.shell.setenv(name, value)

    return arrange


def _denied(action: str, resource: str, why: str = "") -> str:
    reason = why or f"because no identity-based policy allows the {action} action"
    return f"User: {ME} is not authorized to perform: {action} on resource: {resource} {reason}"


def _of_the_stack(refusal: Refusal) -> Callable[[Bench], None]:
    """SAM's own stack is still described."""

    def answer(bench: Bench, asked: Asked) -> Reply:
        return bench.healthy(asked) if asked.parameters["StackName"] == MANAGED else refusal

    def arrange(bench: Bench) -> None:
        bench.aws.script["DescribeStacks"] = lambda asked: answer(bench, asked)

    return arrange


def _state(status: str) -> Callable[[Bench], None]:
    return lambda bench: setattr(bench, "status", status)


def _no_samconfig(bench: Bench) -> None:
    bench.project.samconfig.unlink()


def _another_format(bench: Bench) -> None:
    bench.project.samconfig.rename(bench.project.root / "samconfig.yaml")


def _half(bench: Bench) -> None:
    bench.shell.delenv("AWS_SECRET_ACCESS_KEY")


def _broken_config(bench: Bench) -> None:
    (bench.home / "config").write_text("[default\nregion\n")
    bench.shell.setenv("AWS_CONFIG_FILE", str(bench.home / "config"))


def _ended_sso(bench: Bench) -> None:
    _without("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")(bench)
    account = {"sso_account_id": ACCOUNT, "sso_role_name": "Admin", "sso_region": REGION, "region": REGION}
    bench.config("profile service", sso_start_url="https://start.example.com", **account)
    bench.set('profile = "service"')


def _job(bench: Bench) -> None:
    _without("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")(bench)
    token = bench.home / "token"
    token.write_text("token")
    bench.shell.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    bench.shell.setenv("AWS_ROLE_ARN", f"arn:aws:iam::{ACCOUNT}:role/deployers/d")
    said = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
    bench.aws.script["AssumeRoleWithWebIdentity"] = Refusal("AccessDenied", said, 403)


def _profile(**values: str) -> Callable[[Bench], None]:
    def arrange(bench: Bench) -> None:
        _without("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")(bench)
        bench.config("profile service", **values)
        bench.set('profile = "service"')

    return arrange


def _page(bench: Bench) -> None:
    page = Answer(b"<html>Sign in to the network</html>", headers={"content-type": "text/html"})
    bench.aws.script |= {"GetCallerIdentity": page, "DescribeStacks": page}


def _intercepted(bench: Bench) -> None:
    bench.shell.setenv("AWS_ENDPOINT_URL", bench.intercepted())


def _misspelt(bench: Bench) -> None:
    bench.set('region = "eu-centrl-1"')
    bench.shell.setenv("AWS_ENDPOINT_URL", "http://sts.eu-centrl-1.invalid")


def _proxy(bench: Bench) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        bench.shell.delenv(name, raising=False)
    bench.shell.setenv("AWS_ENDPOINT_URL", "http://sts.us-east-1.invalid")
    bench.shell.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")


def _silent(bench: Bench) -> None:
    bench.aws.script |= {"GetCallerIdentity": None, "DescribeStacks": None}


def _bucket_gone(bench: Bench) -> None:
    bench.aws.script["HeadBucket"] = Answer(status=404)


def _bucket_gone_unseen(bench: Bench) -> None:
    bench.aws.script["HeadBucket"] = Answer(status=403)
    _upload(Refusal("NoSuchBucket", "The specified bucket does not exist", 404))(bench)


def _own_bucket(bench: Bench, answer: Answer) -> None:
    text = bench.project.samconfig.read_text("utf-8").replace("resolve_s3 = true", 's3_bucket = "packages"', 1)
    bench.samconfig(text)
    bench.aws.script["HeadBucket"] = answer


def _upload(refusal: Refusal) -> Callable[[Bench], None]:
    def arrange(bench: Bench) -> None:
        bench.aws.script |= {"HeadObject": Answer(status=404), "PutObject": refusal, "CreateMultipartUpload": refusal}

    return arrange


def _failing(resource: str, kind: str, why: str) -> Callable[[Bench], None]:
    """The change set is carried out, one resource fails, and the stack is taken back."""

    def event(number: int, name: str, of: str, status: str, reason: str) -> dict[str, str]:
        # SAM follows those of the stack by its id, and those that are newer than the last before the deployment.
        physical = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/1" if name == STACK else name
        return {
            "EventId": str(number), "LogicalResourceId": name, "PhysicalResourceId": physical, "ResourceType": of,
            "ResourceStatus": status, "ResourceStatusReason": reason, "Timestamp": f"2026-01-01T00:00:{number:02}Z",
        }  # fmt: skip

    def arrange(bench: Bench) -> None:
        stack = "AWS::CloudFormation::Stack"
        bench.events = [event(1, STACK, stack, "UPDATE_COMPLETE", "")]

        def execute(asked: Asked) -> Reply:
            bench.status = "UPDATE_ROLLBACK_COMPLETE"
            bench.events = [
                event(6, STACK, stack, "UPDATE_ROLLBACK_COMPLETE", ""),
                event(5, "Drift", "AWS::CloudWatch::Alarm", "UPDATE_FAILED", "Resource update cancelled"),
                event(4, resource, kind, "UPDATE_FAILED", why),
                event(3, STACK, stack, "UPDATE_IN_PROGRESS", "User Initiated"),
                *bench.events,
            ]
            return Answer(b"<ExecuteChangeSetResponse><ExecuteChangeSetResult/></ExecuteChangeSetResponse>")

        bench.aws.script["ExecuteChangeSet"] = execute

    return arrange


ROLE = f"arn:aws:iam::{ACCOUNT}:role/deployer"
DESCRIBE = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/*"
RATE = "Rate exceeded"
CASES = (
    # ---- samconfig.toml
    Case("no samconfig.toml", EVERY, _no_samconfig),
    Case("samconfig.yaml instead", EVERY, _another_format),
    Case("a broken samconfig.toml", EVERY, lambda bench: bench.samconfig("version = 0.1\n[default")),
    Case("no version in it", EVERY, lambda bench: bench.samconfig('[default.global.parameters]\nstack_name = "s"\n')),
    Case("no stack name in it", EVERY, lambda bench: bench.samconfig("version = 0.1\n[default.deploy.parameters]\n")),
    Case("a byte order mark", EVERY, lambda bench: bench.samconfig("\ufeffversion = 0.1\n")),
    Case("a text where a table is due", EVERY, lambda bench: bench.samconfig('version = 0.1\ndefault = "service"\n')),
    Case("a name that no stack has", EVERY, lambda bench: bench.samconfig('version = 0.1\n[default.deploy.parameters]\nstack_name = "my service"\n')),
    Case("an unknown stage", EVERY, lambda bench: None, stage="staging"),
    # ---- credentials
    Case("no credentials", ASKING, _without("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")),
    Case("half of them", ASKING, _half),
    Case("a profile of samconfig.toml that is not there", ASKING, lambda bench: bench.set('profile = "service"')),
    Case("a profile of AWS_PROFILE that is not there", ASKING, _with(AWS_PROFILE="elsewhere")),
    Case("a broken file of AWS", ASKING, _broken_config),
    Case("a profile that leads back to itself", ASKING, _profile(role_arn=ROLE, source_profile="service")),
    Case("a program for credentials that fails", ASKING, _profile(credential_process="sh -c 'echo no token >&2; exit 3'")),
    Case("one that prints something else", ASKING, _profile(credential_process="echo hello")),
    Case("an ended session", ASKING, _everything_refused("ExpiredToken", "The security token included is expired")),
    Case("an ended sign-in", ASKING, _ended_sso),
    Case("an unknown key", ASKING, _everything_refused("InvalidClientTokenId", "The security token is invalid.")),
    Case("a wrong secret", ASKING, _everything_refused("SignatureDoesNotMatch", "The request signature we calculated …")),
    Case("a wrong clock", ASKING, _everything_refused("SignatureDoesNotMatch", "Signature expired: 1 is now earlier")),
    Case("a job that is not trusted", ASKING, _job),
    Case("an account that is not activated", ASKING, _everything_refused("OptInRequired", "You are not subscribed.")),
    # ---- region and network
    Case("no region", ASKING, _without("AWS_DEFAULT_REGION")),
    Case("a region in capitals", ASKING, lambda bench: bench.set('region = "US-EAST-1"')),
    Case("what is no region", ASKING, lambda bench: bench.set('region = "EU (Frankfurt)"')),
    Case("a misspelt region", ASKING, _misspelt),
    Case("no network", ASKING, _with(AWS_ENDPOINT_URL="http://sts.us-east-1.invalid")),
    Case("a proxy that does not answer", ASKING, _proxy),
    Case("no answer", ASKING, _silent),
    Case("a page of a network in AWS' place", ASKING, _page),
    Case("a certificate that is not trusted", ASKING, _intercepted),
    # ---- rights
    Case(
        "what role.yaml allows",
        ASKING,
        _of_the_stack(Refusal("AccessDenied", _denied("cloudformation:DescribeStacks", DESCRIBE), 403)),
    ),
    Case("what it allows on other names", ("smoke",), _refuses("Invoke", "AccessDeniedException", _denied("lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:check"), 403)),
    Case("what it does not allow", ("smoke",), _refuses("Invoke", "AccessDeniedException", _denied("ssm:GetParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/key"), 502)),
    Case("what an organisation forbids", ASKING, _of_the_stack(Refusal("AccessDenied", _denied("cloudformation:DescribeStacks", DESCRIBE, "with an explicit deny in a service control policy"), 403))),
    Case("what the bounds of a role do not allow", ASKING, _of_the_stack(Refusal("AccessDenied", _denied("cloudformation:DescribeStacks", DESCRIBE, "because no permissions boundary allows the cloudformation:DescribeStacks action"), 403))),
    Case("a bucket of another account", ("deploy",), _upload(Refusal("AccessDenied", _denied("s3:PutObject", "arn:aws:s3:::packages/p.zip", "because no resource-based policy allows the s3:PutObject action"), 403)), by_sam=True),
    Case("a key that Lambda may not use", ("smoke",), _refuses("Invoke", "KMSAccessDeniedException", "Lambda was unable to decrypt the environment variables because KMS access was denied.", 502)),
    Case("an upload that is forbidden", ("deploy",), _upload(Refusal("AccessDenied", "Access Denied", 403)), by_sam=True),
    Case("a change that is forbidden", ("deploy",), _refuses("CreateChangeSet", "AccessDenied", _denied("cloudformation:CreateChangeSet", DESCRIBE), 403), by_sam=True),
    Case("a resource that is forbidden", ("deploy",), _failing("PredictRole", "AWS::IAM::Role", "Resource handler returned message: \"User: " + ME + " is not authorized to perform: iam:PutRolePolicy on resource: role " + STACK + "-PredictRole-1 because no identity-based policy allows the iam:PutRolePolicy action (Service: Iam, Status Code: 403)\""), by_sam=True),
    # ---- states
    *(Case(status, DEPLOYING if state.serves else ASKING, _state(status)) for status, state in STATES.items() if state.kind == REFUSES),
    Case("no stack", SERVING, lambda bench: setattr(bench, "status", None)),
    Case("another deployment that begins meanwhile", ("deploy",), _refuses("CreateChangeSet", "ValidationError", f"Stack:arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/1 is in UPDATE_IN_PROGRESS state and can not be updated."), by_sam=True),
    Case("a resource that fails", ("deploy",), _failing("PredictFunctionAliaslive", "AWS::Lambda::Alias", "CodeDeploy deployment d-1 failed: One or more alarms have been activated"), by_sam=True),
    Case("a function deleted by hand", ("smoke",), _refuses("Invoke", "ResourceNotFoundException", f"Function not found: {FUNCTION}", 404)),
    # ---- the bucket
    Case("SAM's bucket gone", DEPLOYING, _bucket_gone),
    Case("SAM's bucket gone, and it may not be looked at", ("deploy",), _bucket_gone_unseen, by_sam=True),
    Case("SAM's own stack failed", DEPLOYING, lambda bench: setattr(bench, "managed", "ROLLBACK_COMPLETE")),
    Case("a bucket of samconfig.toml that is not there", DEPLOYING, lambda bench: _own_bucket(bench, Answer(status=404))),
    Case("one in another region", DEPLOYING, lambda bench: _own_bucket(bench, Answer(headers={"x-amz-bucket-region": "eu-west-1"}))),
    # ---- limits
    Case("throttling", ASKING, _of_the_stack(Refusal("Throttling", RATE))),
    Case("throttling of a deployment", ("deploy",), _refuses("CreateChangeSet", "Throttling", RATE), by_sam=True),
    Case("a quota", ("deploy",), _refuses("CreateChangeSet", "LimitExceededException", "Limit for stack has been exceeded"), by_sam=True),
    Case("a fault of AWS' own", ASKING, _of_the_stack(Refusal("ServiceUnavailable", "Service is unavailable", 503))),
)  # fmt: skip
"""Each is a row of the page `aws-faults`, in this order."""
