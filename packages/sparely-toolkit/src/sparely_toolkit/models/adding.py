"""A fitted model into the service: exported in its own environment, then all that follows from it."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from sparely.bundle import Bundle, read_bundle
from sparely_toolkit.contract.regenerate import regenerate
from sparely_toolkit.models.export_environment import EXPORT, export_python
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

Progress = Callable[[str], None]
STEP = " ..."
"""Ends the lines by which an export tells what it is at."""


class Lacks(Problem):
    """The caller has left out what an export needs."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, lacking: Sequence[str]) -> None:
        super().__init__(
            f"add-model lacks {' and '.join(lacking)}: sparely add-model MODEL --area AREA --name NAME --data ROWS "
            "--target COLUMN, or make add-model MODEL=file AREA= NAME= DATA=rows."
        )


class NotExported(Problem):
    """The export has refused the model; it has said why."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence)
        known = exit_code in list(ExitCode)
        self.exit_code = ExitCode(exit_code) if known else ExitCode.LACKING


class NotFollowed(Problem):
    """The model is there, and what follows from it is not."""

    def __init__(self, path: str, reason: object) -> None:
        super().__init__(
            f"The model {path} was written and is served, but not all that follows from it could be made: {reason} "
            "Mend the cause and run: make contract"
        )


def add(project: Project, area: str, name: str, arguments: Sequence[str], progress: Progress) -> tuple[Bundle, str]:
    """
    Export a model into the service, and write what follows from it.

    Args:
        arguments: what the export takes besides area, name and the folder of the models.
        progress: told of what takes long.

    Returns:
        The model, and the export's report.

    Raises:
        NoExportEnvironment: the training libraries cannot be installed.
        NotExported: the model does not pass; nothing was written, and an older one of this name stands.
        NotFollowed: it is written, and the contract or another file is not.
    """
    python = export_python(project, progress)
    command = [str(python), "-m", EXPORT, *arguments, "--area", area, "--name", name, "--models", str(project.models)]
    report = _export(command, lambda line: progress(line.removeprefix(f"{area}/{name}: ")))
    try:
        model = read_bundle(project.models / area / name)
        regenerate(project)
    except Exception as error:
        raise NotFollowed(f"{area}/{name}", error) from error
    return model, report


def train(project: Project, script: Path, arguments: Sequence[str], progress: Progress) -> int:
    """
    Run one of the owner's scripts where the training libraries are, and return its exit code.

    Raises:
        NoExportEnvironment: they cannot be installed.
    """
    python = export_python(project, progress)
    return subprocess.run([str(python), str(script), *arguments], check=False).returncode


def _export(command: Sequence[str], progress: Progress) -> str:
    """Run an export; its report, or what it says against the model."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,  # not a pipe, which a long report would fill
        subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True) as export,
    ):
        assert export.stderr
        said = []
        for line in export.stderr:
            if line.rstrip().endswith(STEP):
                progress(line.rstrip().removesuffix(STEP))
            else:
                said.append(line)
        export.wait()
        out.seek(0)
        report = out.read()
    if export.returncode:
        raise NotExported("".join(said).strip() or report.strip(), export.returncode)
    sys.stderr.write("".join(said))
    return report
