"""All checks, one after the other: the machine, the models, the template, the account."""

from collections.abc import Iterator
from dataclasses import replace

from sparely_toolkit.deployment.aws import stage_of
from sparely_toolkit.deployment.doctor.account import account_findings
from sparely_toolkit.deployment.doctor.finding import PROBLEM, Finding, problem
from sparely_toolkit.deployment.doctor.machine import machine_findings, needed_to_deploy
from sparely_toolkit.deployment.doctor.models import model_findings
from sparely_toolkit.deployment.doctor.template import template_findings
from sparely_toolkit.local.intrinsics import BrokenTemplate
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import DEFAULT, Stage


def findings(project: Project, stage: str = DEFAULT) -> Iterator[Finding]:
    """Look at everything; what cannot be looked at is a finding too."""
    yield from machine_findings(project)
    yield from _of_service(project)
    try:
        yield from _of_account(project, stage_of(project, stage))
    except Problem as fault:
        yield replace(problem("samconfig", str(fault)), of_aws=True)


def obstacles(project: Project, stage: Stage) -> list[Finding]:
    """
    All that the doctor calls a problem of this service, stage and account, and of what deploying needs here.

    Git and Docker are no part of it, and SAM has to start for a deployment anyway.
    """
    found = [*needed_to_deploy(project), *_of_service(project), *_of_account(project, stage)]
    return [each for each in found if each.state == PROBLEM]


def _of_service(project: Project) -> Iterator[Finding]:
    yield from model_findings(project)
    yield from template_findings(project)


def _of_account(project: Project, stage: Stage) -> Iterator[Finding]:
    try:
        for each in account_findings(project, stage):
            yield replace(each, of_aws=True)
    except BrokenTemplate:  # has been said
        return
    except Problem as fault:
        yield replace(problem("samconfig", str(fault)), of_aws=True)
