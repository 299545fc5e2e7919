"""A model, or a whole area, out of the service: its folder, and all that follows from it."""

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sparely.bundle import Bundle, model_folders, read_bundle
from sparely_toolkit.contract.regenerate import Files, outdated, write_files
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

OWNERS = ("training", "tests", "loadtest", "src")
"""The folders in which an owner's own files may name a model."""


class NotThere(Problem):
    """There is no such model, or area."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, what: str, known: Sequence[str]) -> None:
        super().__init__(f"No {what}. Available: {', '.join(known) or 'none'}.")


class NoArea(Problem):
    """The caller has not said which model."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self) -> None:
        super().__init__(
            "remove-model lacks --area: sparely remove-model --area AREA --name NAME, or --area alone for all of its "
            "models; with make AREA= NAME=."
        )


class LastOnes(Problem):
    """A service without a model would serve nothing."""

    exit_code = ExitCode.NO

    def __init__(self, paths: Sequence[str]) -> None:
        last = f"{paths[0]} is the last model" if len(paths) == 1 else f"{' and '.join(paths)} are the last models"
        super().__init__(f"{last}, and a service needs one: add another first.")


def remove(project: Project, area: str, name: str | None) -> list[str]:
    """
    Delete a model, or all models of an area, and write anew what follows from those that are left.

    All of that is made first; where something cannot be written, the models are put back.

    Returns:
        The models' names with their area.

    Raises:
        NotThere: there is no such model or area.
        LastOnes: nothing would be left.
        ModelLoadError: a model that stays cannot be read.
    """
    folders = {"/".join(Path(each).parts[-2:]): Path(each) for each in model_folders(project.models)}
    chosen = _chosen(folders, area, name)
    left = [folder for path, folder in folders.items() if path not in chosen]
    if not left:
        raise LastOnes(chosen)
    files = _files(project, [read_bundle(folder) for folder in left], chosen)
    doomed = [folders[path] for path in chosen] if name else [project.models / area]
    with tempfile.TemporaryDirectory(dir=project.models, prefix=".removed-") as scratch:
        aside = {folder: folder.rename(Path(scratch) / folder.name) for folder in doomed}
        try:
            write_files(project, files)
        except BaseException:
            for folder, place in aside.items():
                place.rename(folder)
            raise
    _remove_if_empty(project.models / area)
    return chosen


def still_named(project: Project, paths: Sequence[str]) -> list[str]:
    """The owner's own files that name these models, from the service's folder."""
    pattern = re.compile("|".join(map(_naming, sorted(paths))))
    files = (file for folder in OWNERS for file in sorted((project.root / folder).rglob("*.py")))
    return [file.relative_to(project.root).as_posix() for file in files if pattern.search(file.read_text("utf-8"))]


def _naming(path: str) -> str:
    """A model's path, or its name alone as a whole string: without quotes a short one is a word like any other."""
    name = re.escape(path.partition("/")[2])
    return rf"(?<![\w-]){re.escape(path)}(?![\w-])|\"{name}\"|'{name}'"


def _chosen(folders: dict[str, Path], area: str, name: str | None) -> list[str]:
    chosen = [path for path in folders if path == f"{area}/{name}" or (name is None and path.startswith(f"{area}/"))]
    if not chosen:
        areas = dict.fromkeys(path.partition("/")[0] for path in folders)
        raise NotThere(f'model "{area}/{name}"', list(folders)) if name else NotThere(f'area "{area}"', list(areas))
    return chosen


def _files(project: Project, left: Sequence[Bundle], gone: Sequence[str]) -> Files:
    files = outdated(project, left)
    if project.traffic.is_file():
        text = project.traffic.read_text("utf-8")
        areas = {path.partition("/")[0] for path in gone} - {model.area for model in left}
        if (shares := _without(text, {*gone, *areas})) != text:
            files[project.traffic] = shares
    return files


def _without(text: str, names: set[str]) -> str:
    """traffic.toml without the shares of what is gone."""
    share = re.compile(rf"^\s*[\"']?({'|'.join(map(re.escape, sorted(names)))})[\"']?\s*=.*\n?", re.MULTILINE)
    return share.sub("", text)


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        shutil.rmtree(folder)
