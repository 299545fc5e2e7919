"""`sam deploy` of a stage, and one sentence where it fails."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparely_toolkit.deployment import stack_states
from sparely_toolkit.deployment.access import advice, denial
from sparely_toolkit.deployment.aws import REGION, place_of, session
from sparely_toolkit.deployment.explained import AwsFault
from sparely_toolkit.deployment.faults import Fault, Place
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage

REPOSITORIES = {"image_repository", "image_repositories", "resolve_image_repos"}
"""How samconfig.toml says where images go."""
_CANCELLED = ("Resource creation cancelled", "Resource update cancelled", "Resource creation Initiated")
_BEGINNINGS = ("User Initiated", "Transformation succeeded")


class Interrupted(Problem):
    """Whoever deploys, or samconfig.toml, has stopped it before the end."""

    exit_code = ExitCode.NO

    def __init__(self, stack: str) -> None:
        super().__init__(f"{stack} was not deployed: it was stopped here, and what AWS has begun goes on there.")


class NotDeployable(Problem):
    """CloudFormation could not make or change a resource."""

    exit_code = ExitCode.AWS

    def __init__(self, stage: Stage, reason: str, status: str) -> None:
        state = f"; the stack {stack_states.sentence(stage, status)}" if status else ""
        super().__init__(f"{stage.stack} was not deployed: {reason}{state}.")


def sam_deploy(project: Project, stage: Stage, parameters: Mapping[str, str], template: Path | None = None) -> None:
    """
    Hand what is built to SAM, with these values of the template's parameters; all else SAM reads of samconfig.toml.

    Args:
        template: one with container images, whose repositories SAM makes where samconfig.toml names none.

    Raises:
        Interrupted: a person has stopped it.
        NotDeployable: CloudFormation could not make or change a resource.
        AwsFault: AWS has refused before that, or was not reached.
    """
    with tempfile.TemporaryDirectory() as folder:
        report, values = Path(folder) / "report.json", Path(folder) / "parameters.yaml"
        values.write_text(json.dumps(parameters), encoding="utf-8")  # JSON is YAML; SAM takes no .json here
        # -P: the service's folder is where it runs, and not where modules come from.
        command = [sys.executable, "-P", "-m", "sparely_toolkit.deployment.sam_process", str(report), "deploy"]
        command += ["--config-env", stage.name, "--parameter-overrides", f"file://{values}"]
        if template is not None:
            # SAM would look for samconfig.toml beside the template.
            command += ["--template-file", str(template), "--config-file", str(project.samconfig)]
            command += [] if REPOSITORIES & {*stage.settings} else ["--resolve-image-repos"]
        region = {"AWS_DEFAULT_REGION": os.environ[REGION]} if os.environ.get(REGION) else {}
        try:
            status = subprocess.run(command, cwd=project.root, env={**os.environ, **region}, check=False).returncode
        except KeyboardInterrupt:
            raise Interrupted(stage.stack) from None
        if not status:
            return
        fault = Fault(**json.loads(report.read_text("utf-8"))) if report.is_file() else None
    if fault is None:
        raise Interrupted(stage.stack)
    place = place_of(project, stage)
    if fault.code == "WaiterError" or "Waiter Stack" in fault.message:
        raise _of_a_resource(stage, place)
    raise AwsFault(fault, place)


def _of_a_resource(stage: Stage, place: Place) -> NotDeployable:
    client: Any = session(stage).client("cloudformation")
    try:
        events = client.describe_stack_events(StackName=stage.stack)["StackEvents"]
        (described,) = client.describe_stacks(StackName=stage.stack)["Stacks"]
    except Exception:  # the deployment has failed all the same, and SAM has printed its events
        return NotDeployable(stage, "CloudFormation's events above say why", "")
    return NotDeployable(stage, _reason(events, place), described["StackStatus"])


def _reason(events: list[dict[str, Any]], place: Place) -> str:
    """What failed first of the last deployment; events come with the latest first."""
    first = None
    for event in events:
        why = str(event.get("ResourceStatusReason", ""))
        if event.get("LogicalResourceId") == event.get("StackName"):
            if str(event["ResourceStatus"]).endswith("_IN_PROGRESS") and why in _BEGINNINGS:
                break
        elif str(event["ResourceStatus"]).endswith("_FAILED") and not why.startswith(_CANCELLED):
            first = event
    if first is None:
        return "CloudFormation's events above say why"
    why = " ".join(str(first["ResourceStatusReason"]).split()).rstrip(".")
    denied = denial(why, "", None)
    todo = f"; {advice(denied, place.role)}" if denied else ""
    return f"{first['LogicalResourceId']} ({first['ResourceType']}) failed: {why}{todo}"
