"""A fitted model into the service: exported in its own environment, then all that follows from it."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from sparely.bundle import Bundle, model_folders, read_bundle
from sparely_toolkit.contract.regenerate import regenerate
from sparely_toolkit.models.bundled import summary, take
from sparely_toolkit.models.comparing import Limit, standing
from sparely_toolkit.models.export_environment import EXPORT, export_python
from sparely_toolkit.models.fetching import LocalModel, local_model
from sparely_toolkit.models.where import python_for
from sparely_toolkit.package.package_type import package_type
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

Progress = Callable[[str], None]
STEP = " ..."
"""Ends the lines by which an export tells what it is at."""
WARNING = "WARNING: "
"""Begins a line that is to be read before the export goes on."""


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
        interrupted = isinstance(reason, KeyboardInterrupt)
        why = (
            "could be made: it was interrupted. Run"
            if interrupted
            else f"could be made: {reason} Mend the cause and run"
        )
        super().__init__(
            f"The model {path} was written and is served, but not all that follows from it {why}: make contract"
        )


def add(
    project: Project,
    file: str,
    area: str,
    name: str,
    arguments: Sequence[str],
    progress: Progress,
    *,
    data: str = "",
    extra: Sequence[str] = (),
    here: bool = False,
    limits: Sequence[Limit] = (),
) -> tuple[Bundle, str]:
    """
    Export a model into the service, and write what follows from it.

    Args:
        file: the model's, or the address of one in a registry.
        arguments: what the export takes besides the file, area, name and the folder of the models.
        progress: told of what takes long.
        data: the file of rows, among the arguments too.
        extra: versions to open it with, such as xgboost==2.1.4.
        here: whether to stay in the service's own environment, whatever made the file.
        limits: what the model must be no worse in than the one that it replaces.

    Returns:
        The model, and the export's report.

    Raises:
        NoExportEnvironment, NoPython, Unresolved: what made the model cannot be installed.
        Untold: it is not known what made it.
        NotExported: the model does not pass; nothing was written, and an older one of this name stands.
        Worse: it is worse than a limit allows; the same holds.
        NotFollowed: it is written, and the contract or another file is not.
    """

    def tell(line: str) -> None:
        progress(line.removeprefix(f"{area}/{name}: "))

    with tempfile.TemporaryDirectory() as scratch, fetched(project, file, progress) as model:
        python = python_for(
            project, model.file, data, extra=extra, here=here, told=model.versions, called=file, progress=progress
        )
        command = [
            str(python),
            "-m",
            EXPORT,
            model.file,
            *model.options,
            *arguments,
            f"--area={area}",
            f"--name={name}",
        ]
        names = {model.file: file}
        with _whole(project, f"{area}/{name}"):
            if limits:
                bundle = Path(scratch) / "model.zip"
                report = _export([*command, "--bundle", str(bundle), "--code", str(project.source)], tell, names)
                take(project, bundle, area, name, progress, limits, called=file)
            else:
                where = ["--models", str(project.models), "--package", package_type(project.template)]
                report = _export([*command, *where], tell, names)
    return followed(project, f"{area}/{name}"), report


def add_bundle(
    project: Project,
    file: str,
    area: str | None,
    name: str | None,
    progress: Progress,
    limits: Sequence[Limit] = (),
) -> tuple[Bundle, str]:
    """
    Take a bundle into the service, and write what follows from it; no training library is needed.

    Args:
        file: the bundle's, or its address in a registry.

    Returns:
        The model, and what is said of it.

    Raises:
        NotTaken, Worse: as `bundled.take` says.
        NotFollowed: it is written, and the contract or another file is not.
    """
    standing_before = {each: standing(project, each) for each in _paths(project)}
    with fetched(project, file, progress) as bundle:
        manifest = take(project, Path(bundle.file), area, name, progress, limits, called=file, source=bundle.source)
        report = summary(manifest, file, standing_before.get(manifest.path))
    return followed(project, manifest.path), report


def followed(project: Project, path: str) -> Bundle:
    """
    Write what follows from a model that was written.

    Raises:
        NotFollowed: not all of it can be.
    """
    try:
        model = read_bundle(project.models / path)
        regenerate(project)
    except (Exception, KeyboardInterrupt) as error:
        raise NotFollowed(path, error) from error
    return model


@contextmanager
def _whole(project: Project, path: str) -> Iterator[None]:
    """
    Say of a model that stands when its export is interrupted that nothing has followed from it.

    Raises:
        NotFollowed: it stands.
    """
    before = standing(project, path)
    try:
        yield
    except KeyboardInterrupt as error:
        after = standing(project, path)
        if after and (before is None or before.document != after.document):
            raise NotFollowed(path, error) from error
        raise


@contextmanager
def fetched(project: Project, model: str, progress: Progress) -> Iterator[LocalModel]:
    """
    A model's file, brought here from a registry where it is the address of one.

    Raises:
        NoExportEnvironment: what has the registry's client cannot be made.
        NotExported: it cannot be fetched.
    """

    def run(arguments: Sequence[str]) -> str:
        return _export([str(export_python(project, progress)), *arguments], progress)

    with local_model(model, run) as file:
        yield file


def _paths(project: Project) -> list[str]:
    return ["/".join(Path(each).parts[-2:]) for each in model_folders(project.models)]


def train(project: Project, script: Path, arguments: Sequence[str], progress: Progress) -> int:
    """
    Run one of the owner's scripts where the training libraries are, and return its exit code.

    Raises:
        NoExportEnvironment: they cannot be installed.
    """
    python = export_python(project, progress)
    return subprocess.run([str(python), str(script), *arguments], check=False).returncode


def _export(command: Sequence[str], progress: Progress, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """
    Run an export; its report, or what it says against the model.

    Args:
        names: for files that nobody has put where they are, what was given instead.
    """

    def named(text: str) -> str:
        for path, name in names.items():
            text = text.replace(path, name)
        return text

    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,  # not a pipe, which a long report would fill
        subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True) as export,
    ):
        assert export.stderr
        said = []
        for line in export.stderr:
            if line.rstrip().endswith(STEP):
                progress(line.rstrip().removesuffix(STEP))
            elif line.startswith(WARNING):
                print(named(line.rstrip().removeprefix(WARNING)), flush=True)
            else:
                said.append(line)
        export.wait()
        out.seek(0)
        report = out.read()
    if export.returncode:
        silent = f"The export has ended without a word (exit code {export.returncode}); nothing was written."
        raise NotExported(named("".join(said).strip() or report.strip() or silent), export.returncode)
    sys.stderr.write(named("".join(said)))
    return named(report)
