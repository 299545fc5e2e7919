"""
Deploy the built package as a release, and check what a first deployment made.

`sam deploy` alone works too. It then publishes by SAM's own hash, which sees a changed package and a changed
template, but no changed parameter value.
"""

from collections.abc import Mapping
from typing import Any

from sparely_toolkit import names
from sparely_toolkit.deployment.aws import session
from sparely_toolkit.deployment.built import read_template
from sparely_toolkit.deployment.doctor.checks import obstacles
from sparely_toolkit.deployment.doctor.finding import Finding
from sparely_toolkit.deployment.provenance import commit_to_name
from sparely_toolkit.deployment.release import id_to_publish, release_id
from sparely_toolkit.deployment.sam import Interrupted, sam_deploy
from sparely_toolkit.deployment.smoke import smoke
from sparely_toolkit.deployment.stack import Stack, find_stack, function_and_alias, read_versions
from sparely_toolkit.local.intrinsics import resolver_of
from sparely_toolkit.package.image import write_template
from sparely_toolkit.package.package_type import FUNCTIONS
from sparely_toolkit.parameters import parameter_values
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage

ANY = "any"
"""No condition of a function depends on region or account."""


class NotReady(Problem):
    """The doctor knows why this deployment would fail."""

    def __init__(self, stack: str, found: list[Finding]) -> None:
        first, *others = found
        more = f"; `make doctor` lists {len(others)} more" if others else ""
        super().__init__(f"{stack} was not deployed, {first.check}: {first.text.rstrip('.')}{more}.")
        self.exit_code = ExitCode.AWS if any(each.of_aws for each in found) else ExitCode.LACKING


def require_ready(project: Project, stage: Stage) -> None:
    """
    Know of all that the doctor calls a problem before anything is built or sent.

    Raises:
        NotReady: it calls something one.
    """
    if found := obstacles(project, stage):
        raise NotReady(stage.stack, found)


class TwoChanges(Problem):
    """Provisioned concurrency would change while the alias moves to another version."""

    exit_code = ExitCode.NO

    def __init__(self, before: str, after: str) -> None:
        super().__init__(
            f"{names.PARAMETER_PROVISIONED} changes from {before} to {after} and a new version is published, and "
            f"Lambda refuses the one while the other goes on: deploy with {names.PARAMETER_PROVISIONED}={before} "
            f"first, then with {after}."
        )


def refuse_two_changes(stack: Stack | None, parameters: Mapping[str, str]) -> None:
    """
    Refuse to change provisioned concurrency together with the version that has it.

    Lambda gives the alias weights until the new version has its own, and "Alias with weights can not be used with
    Provisioned Concurrency" then ends the deployment, and its rollback. Sources, read 2026-11-29:
    https://github.com/aws/serverless-application-model/issues/1353 and
    https://github.com/hashicorp/terraform-provider-aws/issues/13329.

    Raises:
        TwoChanges: both change.
    """
    if stack is None or stack.parameters.get(names.PARAMETER_RELEASE) == parameters[names.PARAMETER_RELEASE]:
        return
    before = stack.parameters.get(names.PARAMETER_PROVISIONED, "0")
    after = parameters.get(names.PARAMETER_PROVISIONED, "0")
    if before not in ("0", after):
        raise TwoChanges(before, after)


REPLACED = (
    "What is live is {before}, and Lambda makes no {after} of it: CloudFormation makes a new function, which gets all "
    "traffic at once. CodeDeploy checks nothing then, so the check runs at the end."
)


KINDS_AS_TOLD = {
    True: {"before": "a zip", "after": "container image"},
    False: {"before": "a container image", "after": "zip"},
}


def _is_replaced(client: Any, stack: Stack, image: str | None) -> bool:
    """
    Whether the function that serves is of the other kind: zip or image.

    Source: PackageType, "Update requires: Replacement", of AWS::Lambda::Function, read 2026-11-29.
    """
    function, _ = function_and_alias(stack)
    kind = client.get_function_configuration(FunctionName=function).get("PackageType", "Zip")
    return bool(kind != ("Image" if image else "Zip"))


def unused_functions(template: Mapping[str, Any], stage: Stage, parameters: Mapping[str, str]) -> list[str]:
    """Functions of the template whose condition does not hold at a stage: no image is uploaded for them."""
    resolver = resolver_of(template, parameters, stack_name=stage.stack, region=ANY, account=ANY)
    conditions = {name: template["Resources"].get(name, {}).get("Condition") for name in FUNCTIONS}
    return [name for name, condition in conditions.items() if condition and not resolver.holds(condition)]


def deploy(project: Project, stage: Stage, image: str | None = None) -> None:
    """
    Deploy what is built; after a first deployment, ask the service for its golden answers.

    Args:
        image: the container image that is deployed in the place of zips.

    Raises:
        Problem: nothing is built, AWS refuses, or a first deployment does not answer as it should.
    """
    template = read_template(project.built_template)
    parameters = parameter_values(template, stage.overrides)
    release = release_id(project.built_template, stage.stack, parameters, image)
    aws = session(stage)
    stack = find_stack(aws.client("cloudformation"), stage.stack)
    if names.PARAMETER_RELEASE in parameters:
        versions = read_versions(aws.client("lambda"), stack) if stack else None
        parameters[names.PARAMETER_RELEASE] = id_to_publish(release, versions) if versions else release
        refuse_two_changes(stack, parameters)
        if names.PARAMETER_COMMIT in parameters:
            parameters[names.PARAMETER_COMMIT] = commit_to_name(project.root, parameters, stack)
    print(f"Release {parameters.get(names.PARAMETER_RELEASE, release)} to {stage.stack}", flush=True)
    anew = stack is not None and _is_replaced(aws.client("lambda"), stack, image)
    if anew:
        print(REPLACED.format(**KINDS_AS_TOLD[image is not None]), flush=True)
    written = write_template(project, image, unused_functions(template, stage, parameters)) if image else None
    sam_deploy(project, stage, parameters, written)
    if anew:
        print(smoke(stage))
    if stack is None:
        if find_stack(aws.client("cloudformation"), stage.stack) is None:  # confirm_changeset, or no_execute_changeset
            raise Interrupted(stage.stack)
        print("First deployment: CodeDeploy has checked nothing, so the check runs now.", flush=True)
        print(smoke(stage))
