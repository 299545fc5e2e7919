"""A service, an account that is well, and the shell of whoever deploys: what a fault is arranged in."""

import configparser
import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from sparely_toolkit.deployment.meanings import MANAGED
from sparely_toolkit.project import Project
from support.issuer import certificate_of_localhost
from support.scripted_aws import ACCOUNT, REGION, Answer, Asked, Refusal, Reply, ScriptedAws
from support.services import baked, built

STACK = "prediction-service-dev"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{STACK}-PredictFunction-1"
OUTPUTS = {"FunctionAlias": f"{FUNCTION}:live", "FunctionVersion": f"{FUNCTION}:2", "PostTrafficCheck": "check"}
BUCKET = f"{MANAGED}-samclisourcebucket-1"
VARIABLES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE", "AWS_ROLE_ARN",
             "AWS_WEB_IDENTITY_TOKEN_FILE", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")  # fmt: skip


@dataclass
class Bench:
    """
    Everything of a deployment that a fault can lie in; all of it is well before one is arranged.

    Attributes:
        status: of the service's stack; None where there is none.
        managed: of SAM's own stack; None likewise.
    """

    project: Project
    aws: ScriptedAws
    shell: pytest.MonkeyPatch
    home: Path
    status: str | None = "UPDATE_COMPLETE"
    managed: str | None = "CREATE_COMPLETE"
    events: list[dict[str, str]] = field(default_factory=list)
    besides: ExitStack = field(default_factory=ExitStack)

    def samconfig(self, text: str) -> None:
        """Write the whole of samconfig.toml."""
        self.project.samconfig.write_text(text, "utf-8")

    def set(self, line: str) -> None:
        """Put a line into the default stage's table for deploying."""
        text = self.project.samconfig.read_text("utf-8")
        table = "[default.deploy.parameters]\n"
        self.samconfig(text.replace(table, f"{table}{line}\n", 1))

    def keys(self, section: str = "default", **values: str) -> None:
        """Write AWS' file of credentials."""
        self._configure("credentials", section, values)

    def config(self, section: str = "default", **values: str) -> None:
        """Write AWS' other file."""
        self._configure("config", section, values)

    def _configure(self, name: str, section: str, values: dict[str, str]) -> None:
        parser = configparser.ConfigParser()
        parser.read(self.home / name)
        parser[section] = values
        with (self.home / name).open("w") as file:
            parser.write(file)

    def intercepted(self) -> str:
        """An endpoint in AWS' place whose certificate nobody has signed."""
        _, tls = certificate_of_localhost(self.home)
        return self.besides.enter_context(ScriptedAws(self.healthy, tls=tls).running()).endpoint

    def healthy(self, asked: Asked) -> Reply:
        """What an account answers in which all is well."""
        match asked.operation:
            case "GetCallerIdentity":
                return _xml(
                    asked, f"<Arn>arn:aws:sts::{ACCOUNT}:assumed-role/Deployer/me</Arn><Account>{ACCOUNT}</Account>"
                )
            case "AssumeRole":
                return _xml(asked, _credentials("ASSUMED"))
            case "DescribeStacks":
                return self._stacks(asked)
            case "DescribeStackResource":
                return Refusal("ValidationError", "Resource does not exist for the stack")
            case "DescribeStackEvents":
                return _xml(asked, f"<StackEvents>{''.join(map(_event, self.events))}</StackEvents>")
            case "GetAccountSettings":
                limits = b'{"AccountLimit": {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000}}'
                return Answer(limits)
            case "GetAlias":
                return Answer(b'{"Name": "live", "FunctionVersion": "2"}')
            case "ListVersionsByFunction":
                return Answer(b'{"Versions": [{"Version": "$LATEST"}, {"Version": "1"}, {"Version": "2"}]}')
            case "Invoke":
                verdict = {"passed": True, "findings": [], "figures": {"models": ["a"], "p95_ms": 2}, "extent": "all"}
                return Answer(json.dumps(verdict).encode())
            case "CreateChangeSet":
                return _xml(asked, f"<Id>arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/c/1</Id>{_id(STACK)}")
            case "DescribeChangeSet":
                return _xml(asked, "<Status>CREATE_COMPLETE</Status><Changes/>")
            case "ListOpenIDConnectProviders":
                return _xml(asked, "<OpenIDConnectProviderList/>")
            case "GetTemplateSummary":
                return _xml(asked, "<Parameters/>")
        return _xml(asked, "") if asked.service != "lambda" else Answer(b"{}")

    def _stacks(self, asked: Asked) -> Reply:
        name = asked.parameters["StackName"]
        status = self.managed if name == MANAGED else self.status
        if status is None:
            return Refusal("ValidationError", f"Stack with id {name} does not exist")
        outputs = {"SourceBucket": BUCKET} if name == MANAGED else OUTPUTS
        written = "".join(
            f"<member><OutputKey>{key}</OutputKey><OutputValue>{value}</OutputValue></member>"
            for key, value in outputs.items()
        )
        tags = "<Tags><member><Key>ManagedStackSource</Key><Value>AwsSamCli</Value></member></Tags>"
        kept = f"<Outputs>{written}</Outputs>" if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE") else ""
        return _xml(
            asked,
            f"<Stacks><member><StackName>{name}</StackName>{_id(name)}<StackStatus>{status}</StackStatus>"
            f"<CreationTime>2026-01-01T00:00:00Z</CreationTime>{kept}{tags}</member></Stacks>",
        )


def _id(name: str) -> str:
    return f"<StackId>arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/1</StackId>"


def _credentials(key: str) -> str:
    return (
        f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
        "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
    )


def _event(values: dict[str, str]) -> str:
    members = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
    return f"<member>{members}<StackName>{STACK}</StackName>{_id(STACK)}</member>"


def _xml(asked: Asked, result: str) -> Answer:
    name = asked.operation
    text = f"<{name}Response><{name}Result>{result}</{name}Result><ResponseMetadata/></{name}Response>"
    return Answer(text.encode(), headers={"content-type": "text/xml"})


@contextmanager
def bench(folder: Path, shell: pytest.MonkeyPatch, *, is_built: bool = False) -> Iterator[Bench]:
    """A service of its own that is deployed to an account of its own, with keys in the shell and nobody else's AWS files."""
    root = folder / "prediction-service"
    source = (built() if is_built else baked()).root
    left = shutil.ignore_patterns("__pycache__", *([] if is_built else [".aws-sam", "reports"]))
    shutil.copytree(source, root, symlinks=True, ignore=left)
    home = folder / "aws"
    home.mkdir()
    for name in VARIABLES:
        shell.delenv(name, raising=False)
    for name, value in {
        "AWS_CONFIG_FILE": str(home / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_ACCESS_KEY_ID": "SHELL",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_POLL_DELAY": "0.1",
        "SAM_CLI_TELEMETRY": "0",
        "HOME": str(folder),
    }.items():
        shell.setenv(name, value)
    made: list[Bench] = []
    aws = ScriptedAws(lambda asked: made[0].healthy(asked))
    made.append(Bench(Project(root), aws, shell, home))
    with aws.running(), made[0].besides:
        shell.setenv("AWS_ENDPOINT_URL", aws.endpoint)
        yield made[0]


def closed_port() -> int:
    """One on which nothing listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
