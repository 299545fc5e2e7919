"""A package of models whose steps.py is being written: their golden rows and manifests made anew in it alone."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sparely.bundle import STEPS, ModelLoadError
from sparely_toolkit.models.golden_rows import Remade, remade
from sparely_toolkit.names import FUNCTION
from sparely_toolkit.project import Project


@dataclass(frozen=True, slots=True)
class Trial:
    """
    A package that serves here, and that nothing else takes.

    Attributes:
        artifact: what the function would get; it is emptied by the next trial.
        stale: the models whose golden answers are those of other steps, as they are written.
    """

    artifact: Path
    stale: Sequence[str]

    def __str__(self) -> str:
        """What whoever changed the steps should know."""
        files = ", ".join(f"src/models/{model}/{STEPS}" for model in self.stale)
        return (
            f"Golden answers of {', '.join(self.stale)} are stale: {files} is tried out here alone, "
            "until make golden records what it answers; make build, make test and make deploy refuse it as it is."
        )


class Trials:
    """Packages models as their steps are now; the service's own files and its build stay as they are."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._folder = tempfile.TemporaryDirectory(prefix="trial-")

    def build(self) -> Trial | None:
        """
        Package the service if steps of a model are others than its manifest was written for.

        Returns:
            None where a build takes the models as they are, or says itself what is wrong with their files.

        Raises:
            AddAgain: prepared rows are no longer those that the estimator was asked for.
            WrongSteps: a step cannot be imported, or fails on a golden row.
            PackageError: the package cannot be built, or does not start.
        """
        try:
            changed = remade(self._project)
        except ModelLoadError:
            return None
        if not changed:
            return None
        from sparely_toolkit.kept import cache_folder
        from sparely_toolkit.package.build import package  # takes a while to import, and is seldom needed

        folder = Path(self._folder.name)
        for each in folder.iterdir():
            shutil.rmtree(each)
        artifact = folder / FUNCTION
        package(_copy(self._project, folder / "service", changed), FUNCTION, artifact, cache_folder())
        return Trial(artifact, [each.model.path for each in changed])

    def close(self) -> None:
        """Remove what was packaged last."""
        self._folder.cleanup()


def _copy(project: Project, root: Path, changed: Sequence[Remade]) -> Project:
    """The service in a folder of its own, of links to its files but for those that are made anew."""
    copy = Project(root)
    shutil.copytree(project.source, copy.source, copy_function=os.symlink, ignore=shutil.ignore_patterns("__pycache__"))
    for part in (project.template, project.requirements, project.vendor, project.unpacked):
        if part.exists():
            (root / part.name).symlink_to(part)
    for file, text in ((file, text) for each in changed for file, text in each.files.items()):
        place = root / file.relative_to(project.root)
        place.unlink(missing_ok=True)
        place.write_text(text, "utf-8")
    return copy
