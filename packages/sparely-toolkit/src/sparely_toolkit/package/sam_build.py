"""`sam build`, only where something that ships has changed since the last one."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from filelock import FileLock

from sparely_toolkit.local import intrinsics
from sparely_toolkit.package.install import OURS
from sparely_toolkit.package.target import PackageError
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project

# SAM wants a region even where nothing leaves this machine; deploying takes yours.
ENVIRONMENT = {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
BUILT_FROM = "built-from.sha256"
"""Beside SAM's folder `build`: the digest of what the package was built from."""
LOCK = "build.lock"
"""There too: held by whoever builds."""
BUILDER = Path(__file__).parent
TRACEBACK = "Traceback (most recent call last):"
_RAISED = re.compile(r"[\w.]+(Error|Exception)\b.*:")
_FAILED = re.compile(r"Make Failed: (.*)", re.DOTALL)
_EXIT_CODE = re.compile(r"^make.*\*\*\* .* Error (\d+)$", re.MULTILINE)


def sam_environment() -> dict[str, str]:
    """What SAM is started with: this environment, a region, and no telemetry."""
    return {**ENVIRONMENT, **os.environ, "SAM_CLI_TELEMETRY": "0"}


def is_current(project: Project) -> bool:
    """Whether the built package is one of the files that are there now."""
    mark = _mark(project)
    return project.built_template.is_file() and mark.is_file() and mark.read_text("utf-8") == _digest(project)


def ensure_built(project: Project) -> bool:
    """
    Build the service's Lambda package, unless nothing that ships has changed since it was built.

    One builds at a time: `sparely run` does while an owner calls other commands, and both build into one folder.

    Returns:
        Whether it was built anew.

    Raises:
        PackageError: it cannot be built; the message says why.
        BrokenTemplate: template.yaml is none.
    """
    if is_current(project):
        return False
    intrinsics.read(project.template)  # SAM would say in a traceback what is wrong with it
    mark = _mark(project)
    mark.parent.mkdir(exist_ok=True)
    with FileLock(mark.with_name(LOCK)):
        if is_current(project):  # somebody else has built it meanwhile
            return False
        digest = _digest(project)
        mark.unlink(missing_ok=True)
        sam_build(project, project.template)
        mark.write_text(digest, "utf-8")
    return True


def sam_build(project: Project, template: Path, *options: str) -> None:
    """
    Build all functions of a template.

    Args:
        options: SAM's own, such as `--build-dir`; paths are from the service's folder.

    Raises:
        PackageError: one cannot be built; the message says why.
    """
    if os.pathsep in str(project.root):
        raise PackageError(
            f'{project.root} has a "{os.pathsep}" in it, which separates folders where Python looks for modules: move '
            "the service to a path without one."
        )
    done = subprocess.run(
        [project.program("sam"), "build", "--template-file", str(template), *options],
        cwd=project.root,
        env=sam_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise _refusal(done.stdout)


def _mark(project: Project) -> Path:
    return project.built.with_name(BUILT_FROM)


def digest_of(inputs: Iterable[tuple[Path, Path]]) -> str:
    """
    One digest over what decides a build: these files, and this Python.

    Args:
        inputs: each a folder and a file in it; the file's name counts as it is there.
    """
    digest = hashlib.sha256(sys.version.encode())
    for root, file in inputs:
        digest.update(file.relative_to(root).as_posix().encode() + b"\0")
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _digest(project: Project) -> str:
    """Of the service's files, and of what builds the package."""
    return digest_of(_inputs(project))


def _inputs(project: Project) -> Iterator[tuple[Path, Path]]:
    yield project.root, project.template
    yield project.root, project.requirements / "lambda.txt"
    for root, folder in ((project.root, project.source), (project.root, project.unpacked / OURS), (BUILDER, BUILDER)):
        files = (each for each in folder.rglob("*") if each.is_file())
        yield from ((root, each) for each in sorted(files) if "__pycache__" not in each.parts)


def _refusal(output: str) -> PackageError:
    """What a build said without SAM's and make's own lines, with the exit code of the step that failed."""
    failed = _FAILED.search(output)
    said = failed[1] if failed else output
    lines = [line for line in said.strip().splitlines() if not re.match(r"g?make(\[\d+\])?: ", line)]
    if TRACEBACK in said:
        lines = [line for line in lines if _RAISED.match(line)][-1:] or lines
    told = "\n".join(lines) or said.strip() or output.strip()
    problem = PackageError(told or "sam build failed and said nothing.")
    code = _EXIT_CODE.search(output)
    if code and int(code[1]) in list(ExitCode):
        problem.exit_code = ExitCode(int(code[1]))
    return problem
