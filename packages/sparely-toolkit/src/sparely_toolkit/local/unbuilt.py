"""Whether a template is one that `sam build` wrote, or the one that it reads, whose sources no package are."""

from pathlib import Path

from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.template import NothingToServe
from sparely_toolkit.problems import ExitCode, Problem

_WRITTEN_BY_SAM = "SamResourceId"
"""What `sam build` adds to the Metadata of each function that it has built."""


class YetToBuild(Problem):
    """A template is named in the place of the one that was built from it."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is yet to be built: expected what `sparely build` makes of it, .aws-sam/build/template.yaml."
        )


def require_built(path: Path) -> None:
    """
    Take a built template, or the folder of an artifact or with a template in it.

    Raises:
        NothingToServe: there is none.
        YetToBuild: it is the template that is built from.
        BrokenTemplate: it is none.
    """
    file = path / "template.yaml" if path.is_dir() else path
    if not file.is_file():
        if path.is_dir():
            return
        raise NothingToServe(path)
    resources = intrinsics.read(file).get("Resources") or {}
    metadata = [each.get("Metadata") or {} for each in resources.values() if isinstance(each, dict)]
    if any("BuildMethod" in each and _WRITTEN_BY_SAM not in each for each in metadata):
        raise YetToBuild(file)
