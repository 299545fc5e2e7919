"""Where a model's file is opened and exported: in the service's own environment, or in one of what made the file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from sparely_toolkit.models.export_environment import export_python
from sparely_toolkit.models.fitted_environment import check_age, fitted_python, module_of, versions_here
from sparely_toolkit.models.pickle_origin import DISTRIBUTIONS, LIBRARIES, Origin, origin_of, tells_origin
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

Progress = Callable[[str], None]
PARQUET = ".parquet"


class Untold(Problem):
    """The file was made elsewhere, and does not tell all of what made it."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, file: str, made_by: str, untold: Sequence[str]) -> None:
        options = " ".join(f"--with {name}==VERSION" for name in untold)
        super().__init__(
            f"{file} was made with {made_by} and {' and '.join(untold)}, and does not tell which version of "
            f"{' and '.join(untold)}: add {options}, or --here to open it with what the service's environment has."
        )


class Contradiction(Problem):
    """`--here` and `--with` ask for two environments."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self) -> None:
        super().__init__("--here stays in the service's own environment, and --with asks for another: give one.")


def python_for(
    project: Project,
    file: str,
    data: str,
    *,
    extra: Sequence[str],
    here: bool,
    progress: Progress,
    told: Mapping[str, str] = MappingProxyType({}),
    called: str = "",
    tell: Callable[[str], None] = print,
) -> Path:
    """
    The interpreter that opens and exports a file.

    Args:
        data: the file of rows, which may need a package of its own.
        extra: requirements that were asked for, such as xgboost==2.1.4; they count before what the file tells.
        here: whether to stay in the service's own environment, whatever made the file.
        told: the versions that a registry says it was fitted with; they count where the file does not tell.
        called: the file's name in messages, if it lies where nobody has put it.
        tell: takes the sentence that says which versions made it, where they are others than here.

    Raises:
        Untold, Contradiction: what to open it with is not clear.
        TooOld: the export does not run beside its scikit-learn.
        NoPython, Unresolved, Unreachable: those versions cannot be installed on this machine.
        NoExportEnvironment: the service's own environment cannot be made.
    """
    if here and extra:
        raise Contradiction
    origin = _completed(origin_of(Path(file)), told) if tells_origin(file) and not here else Origin({})
    asked = {module_of(each): each for each in extra}
    called = called or file
    known = versions_here(project)
    others = [name for name, version in origin.versions.items() if known.get(name, version) != version]
    if origin.unread and not origin.versions and Path(file).is_file():
        tell(
            f"{called} does not tell what made it ({origin.unread}): it is opened with what the service's environment "
            "has, unless --with NAME==VERSION names something else."
        )
    if not others and not extra:
        return export_python(project, progress)
    wanted = {name: f"{name}=={version}" for name, version in origin.versions.items()} | asked
    check_age([*wanted.values()])
    made_by = " and ".join(f"{name} {version}" for name, version in origin.versions.items())
    if untold := [name for name in origin.untold if name not in asked]:
        raise Untold(called, made_by or "other packages", untold)
    if others:
        theirs = " and ".join(f"{name} {known[name]}" for name in others)
        tell(
            f"{called} was made by {made_by}, and the service's environment has {theirs}: it is opened and exported in "
            "one of those versions."
        )
    if data.lower().endswith(PARQUET):
        wanted.setdefault("pyarrow", "pyarrow")
    for each in origin.helpers:
        wanted.setdefault(module_of(each), each)
    return fitted_python(project, [wanted[name] for name in sorted(wanted)], progress)


def _completed(origin: Origin, told: Mapping[str, str]) -> Origin:
    """With the versions of what the file needs and does not tell, or of all libraries where it could not be read."""
    known = {module_of(name): version for name, version in told.items()}
    is_silent = origin.unread and not origin.versions
    needed = [DISTRIBUTIONS.get(name, name) for name in LIBRARIES] if is_silent else origin.untold
    versions = {**{name: known[name] for name in needed if name in known}, **origin.versions}
    return replace(origin, versions=versions, untold=tuple(name for name in origin.untold if name not in versions))
