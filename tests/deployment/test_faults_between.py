"""
Every api deployed and changed twice, with the everyday faults of AWS met in between: each is one sentence, and nothing is lost.

What each fault says, by each command, is a table of the toolkit's tests; here the account behind it is a whole one.
The sample of `make test` is met by the service of test_deploy.py, which is deployed by then.
"""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.conftest import APIS
from tests.deployment.conftest import CHANGED, BakeNamed, Deployed, MockAws, Trusting
from tests.support.scripted_aws import PASS, Answer, Asked, Refusal, Reply, Script, ScriptedAws

AWS = 4
CONFIG = "samconfig.toml"
MANAGED = "aws-sam-cli-managed-default"
NOBODY = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}


@dataclass(frozen=True, slots=True)
class Met:
    """
    One fault, and part of what is said of it.

    Attributes:
        variables: what the shell has then.
        script: what AWS answers then, by operation.
        config: what becomes of samconfig.toml; None takes it away.
    """

    said: str
    command: tuple[str, ...] = ("deploy",)
    variables: Mapping[str, str] = field(default_factory=dict)
    script: Mapping[str, Script | Reply] = field(default_factory=dict)
    config: Callable[[str], str | None] = lambda text: text


def _in_state(status: str) -> dict[str, Script | Reply]:
    """The service's stack is described in another state than it is; SAM's own is described as it is."""
    body = (
        "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName>"
        f"<CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>{status}</StackStatus>"
        "</member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
    )
    return {"DescribeStacks": _of_the_stack(Answer(body.encode(), headers={"content-type": "text/xml"}))}


def _of_the_stack(reply: Reply) -> Script:
    def answer(asked: Asked) -> Reply:
        return PASS if asked.parameters["StackName"] == MANAGED else reply

    return answer


def _denied(action: str) -> Refusal:
    said = f"User: arn:aws:iam::123456789012:user/me is not authorized to perform: {action}"
    return Refusal("AccessDenied", said, 403)


GONE = Refusal("NoSuchBucket", "The specified bucket does not exist", 404)
FAULTS = {
    "no credentials": Met("No AWS credentials are here", variables=NOBODY),
    "expired": Met("The AWS session has ended", script={"GetCallerIdentity": Refusal("ExpiredToken", "It is.", 403)}),
    "refused": Met(
        "AWS does not know these credentials",
        script={"GetCallerIdentity": Refusal("InvalidClientTokenId", "It is invalid.", 403)},
    ),
    "no region": Met("No region is named", variables={"AWS_DEFAULT_REGION": "", "AWS_REGION": ""}),
    "misspelt region": Met(
        "eu-central-1 may be meant",
        variables={"AWS_DEFAULT_REGION": "eu-centrl-1", "AWS_ENDPOINT_URL": "http://sts.eu-centrl-1.invalid"},
    ),
    "no network": Met("AWS is not reached at", variables={"AWS_ENDPOINT_URL": "http://sts.us-east-1.invalid"}),
    "may not look": Met("(policy stack, line ", script={"DescribeStacks": _of_the_stack(_denied("cloudformation:DescribeStacks"))}),
    "may not change": Met("(policy stack, line ", script={"CreateChangeSet": _denied("cloudformation:CreateChangeSet")}),
    "no samconfig": Met("There is no samconfig.toml", config=lambda text: None),
    "broken samconfig": Met("samconfig.toml cannot be read", config=lambda text: f"{text}\n[default"),
    "unknown stage": Met('no stage "staging"', command=("deploy", "--stage", "staging")),
    "bucket gone": Met("SAM's bucket for packages was deleted", script={"HeadBucket": Answer(status=404)}),
    "bucket gone, unseen": Met(
        "SAM's bucket for packages was deleted",
        script={
            "HeadBucket": Answer(status=403), "HeadObject": Answer(status=404), "PutObject": GONE,
            "CreateMultipartUpload": GONE,
        },
    ),
    "ROLLBACK_COMPLETE": Met("sam delete", script=_in_state("ROLLBACK_COMPLETE")),
    "UPDATE_IN_PROGRESS": Met("wait until it has ended", script=_in_state("UPDATE_IN_PROGRESS")),
    "UPDATE_ROLLBACK_FAILED": Met("continue-update-rollback", script=_in_state("UPDATE_ROLLBACK_FAILED")),
    "throttling": Met("AWS asks for patience", script={"CreateChangeSet": Refusal("Throttling", "Rate exceeded")}),
    "AWS' own": Met("AWS has a fault of its own", command=("smoke",), script={"Invoke": Refusal("ServiceException", "", 500)}),
}  # fmt: skip
"""Those of every kind that a deployment meets."""
SAMPLE = ("no credentials", "no samconfig", "ROLLBACK_COMPLETE", "throttling")


@contextmanager
def before(service: Deployed) -> Iterator[ScriptedAws]:
    """An endpoint before the mock, which hands on what it is told nothing of."""
    with ScriptedAws(lambda asked: None, behind=service.aws.endpoint).running() as endpoint:
        yield endpoint


def state(service: Deployed) -> dict[str, Any]:
    """What callers, and the next deployment, would miss."""
    client = service.aws.client("cloudformation")
    (stack,) = client.describe_stacks(StackName=service.stack)["Stacks"]
    function, _, _ = service.outputs()["FunctionAlias"].rpartition(":")
    versions = service.aws.client("lambda").list_versions_by_function(FunctionName=function)["Versions"]
    return {
        "status": stack["StackStatus"],
        "outputs": service.outputs(),
        "parameters": {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]},
        "serving": service.serving(),
        "versions": [each["Version"] for each in versions],
    }


def meet(service: Deployed, endpoint: ScriptedAws, name: str) -> None:
    """Meet one fault, and find all as it was."""
    fault, file = FAULTS[name], service.folder / CONFIG
    text, expected = file.read_text("utf-8"), state(service)
    changed = fault.config(text)
    if changed is None:
        file.unlink()
    else:
        file.write_text(changed, "utf-8")
    endpoint.script = dict(fault.script)
    environment = {**service.environment, "AWS_ENDPOINT_URL": endpoint.endpoint, **fault.variables}
    done = subprocess.run(
        [".venv/bin/sparely", *fault.command],
        cwd=service.folder,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    endpoint.script = {}
    file.write_text(text, "utf-8")

    assert done.returncode == AWS, f"{name}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    assert fault.said in done.stderr.splitlines()[-1], name
    assert "Traceback" not in done.stdout + done.stderr
    assert state(service) == expected, name


@pytest.mark.soak
@pytest.mark.parametrize("api", APIS)
def test_every_fault_between_two_changes_loses_nothing(
    aws: MockAws, bake_named: BakeNamed, trusting: Trusting, api: str
) -> None:
    """Both changes arrive, the second over all that was met after the first, and the service answers as it should."""
    service = trusting(Deployed(aws, bake_named(f"{api}-faults", api)))
    service.deploy("first")
    with before(service) as endpoint:
        for name in FAULTS:
            meet(service, endpoint, name)
        service.set_parameters(**CHANGED)
        service.deploy("changed")
        for name in FAULTS:
            meet(service, endpoint, name)
    service.set_parameters(MemorySize="2048")
    service.deploy("changed again")

    function = service.outputs()["FunctionAlias"]
    assert service.versions == {"first": "1", "changed": "2", "changed again": "3"}
    assert service.aws.client("lambda").get_function_configuration(FunctionName=function)["MemorySize"] == 2048
    assert "4 models' golden answers" in service.run("make", "smoke")
