"""
Deploy the built package as a release, and check what a first deployment made.

`sam deploy` alone works too. It then publishes by SAM's own hash, which sees a changed package and a changed
template, but no changed parameter value.
"""

from collections.abc import Mapping

from sparely_toolkit import names
from sparely_toolkit.deployment.aws import session
from sparely_toolkit.deployment.built import read_template
from sparely_toolkit.deployment.doctor.checks import obstacles
from sparely_toolkit.deployment.doctor.finding import Finding
from sparely_toolkit.deployment.provenance import commit_to_name
from sparely_toolkit.deployment.release import id_to_publish, release_id
from sparely_toolkit.deployment.sam import Interrupted, sam_deploy
from sparely_toolkit.deployment.smoke import smoke
from sparely_toolkit.deployment.stack import Stack, find_stack, read_versions
from sparely_toolkit.parameters import parameter_values
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage


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


def deploy(project: Project, stage: Stage) -> None:
    """
    Deploy what is built; after a first deployment, ask the service for its golden answers.

    Raises:
        Problem: nothing is built, AWS refuses, or a first deployment does not answer as it should.
    """
    template = read_template(project.built_template)
    parameters = parameter_values(template, stage.overrides)
    release = release_id(project.built_template, stage.stack, parameters)
    aws = session(stage)
    stack = find_stack(aws.client("cloudformation"), stage.stack)
    if names.PARAMETER_RELEASE in parameters:
        versions = read_versions(aws.client("lambda"), stack) if stack else None
        parameters[names.PARAMETER_RELEASE] = id_to_publish(release, versions) if versions else release
        refuse_two_changes(stack, parameters)
        if names.PARAMETER_COMMIT in parameters:
            parameters[names.PARAMETER_COMMIT] = commit_to_name(project.root, parameters, stack)
    print(f"Release {parameters.get(names.PARAMETER_RELEASE, release)} to {stage.stack}", flush=True)
    sam_deploy(project, stage, parameters)
    if stack is None:
        if find_stack(aws.client("cloudformation"), stage.stack) is None:  # confirm_changeset, or no_execute_changeset
            raise Interrupted(stage.stack)
        print("First deployment: CodeDeploy has checked nothing, so the check runs now.", flush=True)
        print(smoke(stage))
