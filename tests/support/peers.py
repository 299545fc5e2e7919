"""Scanners that the project does not use itself, each in a folder of its own, and what they find."""

import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from uv import find_uv_bin

from sparely_toolkit.local.intrinsics import Resolver

from .services import REPOSITORY

LOCK = REPOSITORY / "requirements" / "peers.txt"
NODE = REPOSITORY / "requirements" / "spectral"
ACCOUNT = "123456789012"
SMALL_POLICIES = """
import json, sys, warnings
warnings.simplefilter("ignore")
from parliament import analyze_policy_string
for line in sys.stdin:
    for each in analyze_policy_string(line).findings:
        where = each.location.get("string") if each.issue == "INVALID_ARN" else each.detail
        print(json.dumps([each.issue, where]))
"""

Finding = tuple[str, str]
"""What a scanner calls it, and where: a resource, a file, an action."""


@cache
def environment() -> Path:
    """The `bin` folder of an environment with what requirements/peers.txt locks."""

    def make(folder: Path) -> None:
        subprocess.run([find_uv_bin(), "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        install = [
            find_uv_bin(),
            "pip",
            "sync",
            "--quiet",
            "--require-hashes",
            "--python",
            str(folder / "bin" / "python"),
        ]
        subprocess.run([*install, str(LOCK)], check=True)

    return _kept("peers", LOCK.read_bytes() + sys.version.encode(), make) / "bin"


@cache
def spectral() -> Path:
    """Spectral as requirements/spectral/package-lock.json has it; npm has to be there."""

    def make(folder: Path) -> None:
        folder.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(NODE / name, folder)
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)

    folder = _kept("spectral", (NODE / "package-lock.json").read_bytes(), make)
    return folder / "node_modules" / ".bin" / "spectral"


def _kept(name: str, content: bytes, make: Callable[[Path], None]) -> Path:
    """A folder of .cache/ that is made once for a content; what was left half made is made anew."""
    folder = REPOSITORY / ".cache" / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            (folder / "made").touch()
    return folder


def checkov(*templates: Path) -> set[Finding]:
    """Findings by the resource's logical id."""
    command = [str(environment() / "python"), "-m", "checkov.main", "--framework", "cloudformation"]
    command += ["--compact", "--skip-download", "--output", "json", "--file", *map(str, templates)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    (report,) = _listed(json.loads(done.stdout or "null"))
    assert report["summary"]["parsing_errors"] == 0
    assert {Path(each["file_path"]).name for each in report["results"]["passed_checks"]} >= {
        each.name for each in templates
    }
    return {(each["check_id"], each["resource"].rpartition(".")[2]) for each in report["results"]["failed_checks"]}


def with_defaults(template: str, values: Mapping[str, str]) -> str:
    """A template with other defaults for those of its parameters that are named."""
    for name, value in values.items():
        pattern = rf"(?m)(^  {name}:\n    Type: \w+\n    Default: ).*$"
        template = re.sub(pattern, lambda found, value=value: found[1] + json.dumps(value), template)  # type: ignore[misc]
    return template


def zizmor(*folders: Path) -> set[Finding]:
    """Findings by the file's name, also those that a cautious reader may call false."""
    command = [str(environment() / "zizmor"), "--offline", "--no-config", "--persona", "auditor", "--format", "json"]
    done = subprocess.run([*command, *map(str, folders)], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return {
        (each["ident"], Path(place["symbolic"]["key"]["Local"]["verbatim_path"]).name)
        for each in json.loads(done.stdout)
        for place in each["locations"][:1]
    }


def parliament(policies: list[Any]) -> set[Finding]:
    """Findings of policies, by the action or the resource that they are about."""
    command = [str(environment() / "python"), "-W", "ignore", "-c", SMALL_POLICIES]
    lines = "\n".join(json.dumps(each) for each in policies)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {finding for line in done.stdout.splitlines() for finding in _of_parliament(*json.loads(line))}


def _of_parliament(issue: str, where: Any) -> Iterator[Finding]:
    if isinstance(where, list):
        yield from ((issue, each if isinstance(each, str) else each["action"]) for each in where)
    else:
        yield issue, str(where).removeprefix("Unknown action ")


def lint_of_spectral(*documents: Path) -> set[Finding]:
    """Findings of its rules for OpenAPI, hints among them, by the file's name."""
    rules = documents[0].parent / ".spectral.yaml"
    rules.write_text('extends: ["spectral:oas"]\n', "utf-8")
    command = [
        str(spectral()),
        "lint",
        "--quiet",
        "--format",
        "json",
        "--ruleset",
        str(rules),
        "--fail-severity",
        "hint",
    ]
    done = subprocess.run([*command, *map(str, documents)], capture_output=True, text=True, check=False)
    rules.unlink()
    return {(each["code"], Path(each["source"]).name) for each in json.loads(done.stdout)}


def _listed(report: Any) -> list[Any]:
    return report if isinstance(report, list) else [report]


def policies(template: Mapping[str, Any], **parameters: str) -> Iterator[Any]:
    """
    The policies of a template's roles, keys and topics as CloudFormation would make them.

    Args:
        parameters: over the defaults.
    """
    defaults = {name: each.get("Default", "x") for name, each in template["Parameters"].items()}
    pseudo = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": ACCOUNT, "AWS::StackName": "s"}
    resources = template["Resources"]
    resolver = Resolver(
        {**defaults, **parameters, **pseudo}, conditions=template["Conditions"], resources=frozenset(resources)
    )
    for each in resources.values():
        if each["Type"] == "AWS::IAM::Role":
            made = resolver.value(each["Properties"].get("Policies", []))
            yield from (_with_arns(policy["PolicyDocument"], resources) for policy in made)


ARNS = {
    "AWS::Logs::LogGroup": "arn:aws:logs:us-east-1:123456789012:log-group:s:*",
    "AWS::Serverless::Function": "arn:aws:lambda:us-east-1:123456789012:function:s",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:123456789012:s",
    "AWS::SNS::Topic": "arn:aws:sns:us-east-1:123456789012:s",
    "AWS::S3::Bucket": "arn:aws:s3:::s",
    "AWS::Serverless::StateMachine": "arn:aws:states:us-east-1:123456789012:stateMachine:s",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:us-east-1:123456789012:stateMachine:s",
}


def _with_arns(policy: Any, resources: Mapping[str, Any]) -> Any:
    """The same with an ARN in the place of each reference to a resource of the template."""
    for statement in policy["Statement"]:
        listed = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        statement["Resource"] = [_arn(each, resources) for each in listed]
    return policy


def _arn(text: str, resources: Mapping[str, Any]) -> str:
    name = re.split(r"[.:/]", text)[0]
    if name not in resources:
        return text
    key = "/" + text.partition("/")[2] if "/" in text else ""  # of what is in a bucket
    return ARNS[resources[name]["Type"]] + key
