"""Whether a service's files fit each other."""

from sparely_toolkit.contract.regenerate import check
from sparely_toolkit.deployment.doctor.template import misfits
from sparely_toolkit.package.sam_validate import refused_by_sam
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project


def outdated(project: Project) -> str:
    """Which files `make contract` would write anew, in one sentence; nothing where all are current."""
    try:
        check(project)
    except Problem as problem:
        return str(problem)
    return ""


def template_problems(project: Project) -> list[str]:
    """
    What keeps template.yaml and samconfig.toml from being deployed, as far as this machine can know.

    SAM and CloudFormation's rules, the names that the toolkit relies on, and the parameters that each stage sets.
    """
    return [*filter(None, [refused_by_sam(project)]), *misfits(project)]
