"""A stage of samconfig.toml as it is served on this machine."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sparely_toolkit.local import intrinsics
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import DEFAULT, Stage, read_stage


def local_stage(
    project: Project, name: str = DEFAULT, overrides: Mapping[str, str] | None = None, template: Path | None = None
) -> Stage:
    """
    Give a stage of a service as it is served here: named after its folder, in the shell's region, where it names none.

    Args:
        overrides: values of parameters that go before the stage's.
        template: another template than the service's, which need not have all that the stage sets.

    Raises:
        Problem: there is no such stage.
    """
    stage = read_stage(project.samconfig, name)
    given = overrides or {}
    chosen = replace(
        stage,
        stack_name=stage.stack_name or project.name,
        region=stage.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
        overrides={**stage.overrides, **given},
        called=frozenset(given),
    )
    return fitting(chosen, intrinsics.read(template)) if template and template.is_file() else chosen


def fitting(stage: Stage, template: Mapping[str, Any]) -> Stage:
    """A stage without the parameters that another template does not have."""
    known = {*template.get("Parameters", {}), *stage.called}
    return replace(stage, overrides={name: value for name, value in stage.overrides.items() if name in known})
