"""Whether a service's files fit each other."""

import subprocess
import tomllib
from collections.abc import Iterator

from sparely_toolkit.contract.regenerate import check
from sparely_toolkit.deployment.built import parameter_values
from sparely_toolkit.deployment.doctor.finding import PROBLEM
from sparely_toolkit.deployment.doctor.template import template_findings
from sparely_toolkit.local import intrinsics
from sparely_toolkit.package.sam_build import sam_environment
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import read_stage


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
    return [*_refused_by_sam(project), *_lacking(project), *_stages(project)]


def _refused_by_sam(project: Project) -> Iterator[str]:
    command = [str(project.program("sam")), "validate", "--lint", "--template-file", str(project.template)]
    environment = sam_environment()
    done = subprocess.run(command, cwd=project.root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        yield (done.stdout + done.stderr).strip()


def _lacking(project: Project) -> Iterator[str]:
    yield from (finding.text for finding in template_findings(project) if finding.state == PROBLEM)


def _stages(project: Project) -> Iterator[str]:
    template = intrinsics.load(project.template.read_text("utf-8"))
    tables = tomllib.loads(project.samconfig.read_text("utf-8"))
    for name in (name for name, table in tables.items() if isinstance(table, dict)):
        try:
            stage = read_stage(project.samconfig, name)
            assert stage.stack
            parameter_values(template, stage.overrides)
        except Problem as problem:
            yield f"stage {name}: {problem}"
