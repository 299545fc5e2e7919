"""Whether a service's sources are right, as far as can be seen without running them; and what of it mends itself."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from sparely.bundle import STEPS
from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.intrinsics import BrokenTemplate
from sparely_toolkit.package.programs import refusal, run_program, said
from sparely_toolkit.package.sam_validate import refused_by_sam
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

TYPED = ("src", "tests", "training", "loadtest")
"""The folders whose Python is the owner's."""
NOT_SOURCES = ("--extend-exclude", ".aws-sam,.rehearsal,.venv-export,reports")
"""What commands leave in a service, and git alone ignores."""


MENDED = {"lint", "format"}
"""The checks of which `make fix` mends what can be mended."""


class Refused(Problem):
    """Checks say no; what each said has been printed."""

    exit_code = ExitCode.NO

    def __init__(self, names: Sequence[str]) -> None:
        hint = " `make fix` mends formats, and what the lint marks with [*]." if MENDED & {*names} else ""
        super().__init__(f"Not right: {', '.join(names)}.{hint}")


class NoCheck(Problem):
    """There is no such check."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, name: str) -> None:
        super().__init__(f'No check "{name}". Available: {", ".join(check.name for check in CHECKS)}.')


class Check(NamedTuple):
    """What is looked at, and how: the look returns what there is to complain of, nothing where all is right."""

    name: str
    look: Callable[[Project], str]


def look(project: Project, names: Sequence[str] = ()) -> dict[str, str]:
    """
    Do these checks, or all, side by side; by the names of those that say no what they say.

    Raises:
        NoCheck: one is not there.
    """
    checks = {check.name: check for check in CHECKS}
    for name in names:
        if name not in checks:
            raise NoCheck(name)
    with ThreadPoolExecutor() as pool:
        said = {name: pool.submit(checks[name].look, project) for name in names or checks}
    return {name: words for name, look in said.items() if (words := look.result())}


def mend(project: Project) -> str:
    """
    Let ruff mend and format, and return what it did.

    Raises:
        Refused: something is left that it cannot mend.
    """
    _ruff(project, "check", "--fix")
    formats = _ruff(project, "format")  # what is too long for the lint may be right then
    lint = _ruff(project, "check", "--fix")
    if lint.returncode or formats.returncode:
        print("\n".join(said(each) for each in (lint, formats) if each.returncode))
        raise Refused(["lint" if lint.returncode else "format"])
    return said(formats)


def _contract(project: Project) -> str:
    from sparely_toolkit.contract.regenerate import check

    try:
        check(project)
    except Problem as problem:
        return f"{problem}"
    return ""


def _types(project: Project) -> str:
    """All in one run; each steps.py as a module of a name of its own, for mypy takes two hyphened folders for one."""
    folders = [name for name in TYPED if any((project.root / name).rglob("*.py"))]
    found = sorted(project.models.glob(f"*/*/{STEPS}"))
    if not found:
        return refusal(run_program(project, "mypy", *folders))
    with tempfile.TemporaryDirectory() as scratch:
        models = Path(scratch) / "models"
        copies = {models / f"model_{place}" / STEPS: steps for place, steps in enumerate(found)}
        for copy, steps in copies.items():
            copy.parent.mkdir(parents=True)
            shutil.copyfile(steps, copy)
        known = os.environ.get("MYPYPATH")
        path = os.pathsep.join(filter(None, (scratch, known)))
        options = ("--exclude", f"^{project.models.relative_to(project.root).as_posix()}/")
        words = refusal(run_program(project, "mypy", *options, *folders, str(models), MYPYPATH=path))
    for copy, steps in copies.items():
        words = words.replace(os.path.relpath(copy, project.root), str(copy))
        words = words.replace(str(copy), steps.relative_to(project.root).as_posix())
    return words


def _template(project: Project) -> str:
    from sparely_toolkit.deployment.doctor.template import misfits

    try:
        intrinsics.read(project.template)
    except BrokenTemplate as fault:  # SAM says the same in a traceback
        return f"{fault}"
    return "\n".join([*filter(None, [refused_by_sam(project)]), *misfits(project)])


CHECKS = (
    Check("lint", lambda project: refusal(_ruff(project, "check"))),
    Check("format", lambda project: refusal(_ruff(project, "format", "--check"))),
    Check("types", _types),
    Check("template", _template),
    Check("contract", _contract),
)


def _ruff(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_program(project, "ruff", *arguments, *NOT_SOURCES, ".")
