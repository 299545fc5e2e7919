"""All checks, one after the other: the machine, the models, the template, the account."""

from collections.abc import Iterator

from sparely_toolkit.deployment.doctor.account import account_findings
from sparely_toolkit.deployment.doctor.finding import Finding, problem
from sparely_toolkit.deployment.doctor.machine import machine_findings
from sparely_toolkit.deployment.doctor.models import model_findings
from sparely_toolkit.deployment.doctor.template import template_findings
from sparely_toolkit.local.intrinsics import BrokenTemplate
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import DEFAULT, read_stage


def findings(project: Project, stage: str = DEFAULT) -> Iterator[Finding]:
    """Look at everything; what cannot be looked at is a finding too."""
    yield from machine_findings(project)
    yield from model_findings(project)
    yield from template_findings(project)
    try:
        yield from account_findings(project, read_stage(project.samconfig, stage))
    except BrokenTemplate:  # has been said
        return
    except Problem as fault:
        yield problem("samconfig", str(fault))
