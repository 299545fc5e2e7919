"""A mock of AWS on this machine, and what deploying a service of each api choice to it brought."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import certifi
import pytest
from cookiecutter.main import cookiecutter

from tests.conftest import APIS, AUTHOR, REPOSITORY, SAM, Equip, run, user_environment, wait_for_port
from tests.support.issuer import issuing
from tests.support.servers import free_port

HOOK_EVENT = {"LifecycleEventHookExecutionId": "check-of-the-tests"}


@dataclass(frozen=True)
class MockAws:
    """Where it answers, what its functions print, and as whom one asks; bytecode lies beside that, and in no service."""

    endpoint: str
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a user's shell has, with the mock in AWS' place."""
        return {
            **user_environment(),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "PYTHONPYCACHEPREFIX": str(self.log.with_name("bytecode")),
            "SAM_CLI_POLL_DELAY": "0.3",
            "PATH": f"{Path(SAM).parent}:{os.environ['PATH']}",
        }

    def client(self, service: str) -> Any:
        """boto3's client of a service."""
        session: Any = boto3.Session("testing", "testing", region_name="us-east-1")
        return session.client(service, endpoint_url=self.endpoint)


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockAws]:
    """The mock, on a free port of loopback, until the tests end."""
    port = free_port()
    log = tmp_path_factory.mktemp("mock-aws") / "log"
    command = [sys.executable, "-m", "tests.deployment.mock_aws", str(port)]
    with log.open("w") as output, subprocess.Popen(command, cwd=REPOSITORY, stdout=output, stderr=output) as server:
        try:
            wait_for_port(port, server, log)
            # botocore puts a bucket's name before any host but localhost.
            yield MockAws(f"http://localhost:{port}", log)
        finally:
            server.terminate()
            server.wait(timeout=60)


@dataclass
class Deployed:
    """A service, its stack in the mock, and what each deployment said and left."""

    aws: MockAws
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, Any] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)

    @property
    def stack(self) -> str:
        return f"{self.folder.name}-dev"

    @property
    def environment(self) -> dict[str, str]:
        """What the user's shell has, with this service's own variables."""
        return {**self.aws.environment, **self.variables}

    def run(self, *command: str) -> str:
        """Run what a user runs; a failure shows all output."""
        return run(*command, cwd=self.folder, environment=self.environment)

    def forget_build(self) -> None:
        """The next deployment builds from nothing."""
        shutil.rmtree(self.folder / ".aws-sam", ignore_errors=True)

    def deploy(self, step: str) -> None:
        """Build what has changed and deploy it; keep what that printed and the version that the alias has then."""
        self.printed[step] = self.run("make", "deploy")
        self.versions[step] = self.serving()

    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        (stack,) = self.aws.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def serving(self) -> str:
        """The version that the alias reaches."""
        function, _, alias = self.outputs()["FunctionAlias"].rpartition(":")
        return str(self.aws.client("lambda").get_alias(FunctionName=function, Name=alias)["FunctionVersion"])

    def physical_id(self, logical_id: str) -> str:
        found = self.aws.client("cloudformation").describe_stack_resource(
            StackName=self.stack, LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def play_code_deploy(self, step: str, logical_id: str) -> None:
        """Start a deployment and invoke a hook as CodeDeploy does; keep the verdict and the status that CodeDeploy has then."""
        code_deploy, functions = self.aws.client("codedeploy"), self.aws.client("lambda")
        deployment = code_deploy.create_deployment(
            applicationName=self.physical_id("ServerlessDeploymentApplication"),
            deploymentGroupName=self.physical_id("PredictFunctionDeploymentGroup"),
        )["deploymentId"]
        hook = self.physical_id(logical_id)
        self._tolerate_a_busy_machine(hook)
        event = json.dumps({"DeploymentId": deployment, **HOOK_EVENT}).encode()
        answer = functions.invoke(FunctionName=hook, Payload=event)
        self.verdicts[step] = json.load(answer["Payload"])
        self.statuses[step] = code_deploy.get_deployment(deploymentId=deployment)["deploymentInfo"]["status"]

    def _tolerate_a_busy_machine(self, hook: str) -> None:
        # How the pace is judged is tested with a clock of the tests; here it would depend on who else computes.
        functions = self.aws.client("lambda")
        variables = functions.get_function_configuration(FunctionName=hook)["Environment"]["Variables"]
        variables |= {"CALLS": "8", "SLOWER_AT_MOST": "1000", "LATENCY_LIMIT_MS": "60000"}
        functions.update_function_configuration(FunctionName=hook, Environment={"Variables": variables})

    def set_parameters(self, **values: str) -> None:
        """Give parameters of the default stage, in samconfig.toml as a user would."""
        config = self.folder / "samconfig.toml"
        values["DomainName"] = f"{self.folder.name}.example.com"  # in an account a name is there once
        known = {name: value for name, value in values.items() if f"\n  {name}:\n" in self.template()}
        lines = "".join(f'\n  "{name}={value}",' for name, value in known.items())
        text = re.sub(rf'\n  "({"|".join(known)})=[^"]*",', "", config.read_text("utf-8"), count=0)
        config.write_text(text.replace("parameter_overrides = [", f"parameter_overrides = [{lines}", 1))

    def template(self) -> str:
        """Its template.yaml."""
        return (self.folder / "template.yaml").read_text("utf-8")

    def commit(self, message: str) -> str:
        """Commit all that git looks at, and give the commit."""
        for command in (
            ["init", "--quiet"],
            ["add", "."],
            [*AUTHOR, "commit", "--quiet", "--allow-empty", "-m", message],
        ):
            self.run("git", *command)
        return self.run("git", "rev-parse", "HEAD").strip()

    def version(self, number: str) -> Any:
        """What Lambda knows of a version of its function."""
        function = self.outputs()["FunctionAlias"].rpartition(":")[0]
        return self.aws.client("lambda").get_function_configuration(FunctionName=function, Qualifier=number)


BakeNamed = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def bake_named(equip: Equip, tmp_path_factory: pytest.TempPathFactory) -> BakeNamed:
    """Bake a service of a name and an api, with its environment; stacks of the same mock need different names."""

    def named(name: str, api: str) -> Path:
        answers = {"api": api, "project_name": name}
        folder = str(tmp_path_factory.mktemp(name))
        baked = Path(cookiecutter(str(REPOSITORY), no_input=True, extra_context=answers, output_dir=folder))
        equip(baked)
        return baked

    return named


Trusting = Callable[[Deployed], Deployed]


@pytest.fixture(scope="session")
def trusting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trusting]:
    """Give a service whose callers bring tokens an issuer that is there: what the doctor refuses is not deployed."""
    folder = tmp_path_factory.mktemp("issuer")
    with issuing(folder) as issuer:
        known = Path(os.environ.get("SSL_CERT_FILE") or certifi.where()).read_text("utf-8")
        trusted = folder / "trusted.pem"
        trusted.write_text(known + issuer.certificate.read_text("utf-8"), "utf-8")

        def with_issuer(service: Deployed) -> Deployed:
            if "JwtIssuer" in service.template():
                config, place = service.folder / "samconfig.toml", "parameter_overrides = ["
                text = config.read_text("utf-8")
                config.write_text(text.replace(place, f'{place}\n  "JwtIssuer={issuer.url}",', 1), "utf-8")
                service.variables["SSL_CERT_FILE"] = str(trusted)
            return service

        yield with_issuer


CHANGED = {
    "MemorySize": "1024",
    "Tracing": "Active",
    "AlarmEmail": "operator@example.com",
    "DailyBudget": "5",
    "CorsOrigin": "https://app.example.com",
    "LogCallers": "off",
    "DomainPath": "predictions",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
}
"""Every option, otherwise than by default."""
STORED = {
    "LogRetentionDays": "3653",
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012",
    "PermissionsBoundary": "arn:aws:iam::123456789012:policy/bounds",
}
"""What log groups, topic and roles are made with; the mock loses a log group that is changed."""


@pytest.fixture(scope="session", params=[APIS[0], *(pytest.param(each, marks=pytest.mark.soak) for each in APIS[1:])])
def deployed(request: pytest.FixtureRequest, aws: MockAws, bake_named: BakeNamed, trusting: Trusting) -> Deployed:
    """A service deployed, deployed again as it was, and deployed with every option changed."""
    service = trusting(Deployed(aws, bake_named(request.param, request.param)))
    service.commits["first"] = service.commit("A service")
    service.deploy("first")
    service.forget_build()
    service.commits["unchanged"] = service.commit("Nothing that ships")
    service.deploy("unchanged")
    service.set_parameters(**CHANGED)
    service.commits["changed"] = service.commit("Every option")
    service.deploy("changed")
    service.play_code_deploy("changed", "CheckNewVersion")
    return service


# A token's check is API Gateway's: to CloudFormation http-jwt is http-iam with another body. A function URL's stack has
# less in it than that of a REST API, which is the other end.
OTHERS = [each if each == "rest-key" else pytest.param(each, marks=pytest.mark.soak) for each in APIS[1:]]


@pytest.fixture(scope="session", params=OTHERS)
def deployed_once(request: pytest.FixtureRequest, aws: MockAws, bake_named: BakeNamed, trusting: Trusting) -> Deployed:
    """A service of another API, deployed with every option changed at once: the sample of what `deployed` goes through."""
    service = trusting(Deployed(aws, bake_named(f"{request.param}-once", request.param)))
    service.set_parameters(**CHANGED, **STORED)
    service.deploy("first")
    service.play_code_deploy("first", "CheckNewVersion")
    return service
