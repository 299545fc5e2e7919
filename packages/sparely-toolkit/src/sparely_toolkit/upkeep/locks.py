"""Locks: requirements/*.in, written by hand, compiled to *.txt with every version and its hashes."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sparely_toolkit.package.target import Target, read_target
from sparely_toolkit.problems import ExitCode, Problem

OURS = ("sparely", "sparely-export", "sparely-sagemaker", "sparely-toolkit")
"""Our packages by the names of their distributions; they lie in vendor/, and in no registry."""
FOLDERS = ("requirements", "sagemaker")
"""Where a service, and the add-on in it, keep requirements; vendor/ lies beside both."""
FIRST = ("lambda", "dev", "export", "requirements", "container")
"""In this order they are named; the container is held to what the add-on is tested with."""
SHIPS, TESTS = "lambda", "dev"
"""What ships, and what tests it and holds it too: they are solved together, so that both have the same versions."""
INTERPRETER = ("--python", sys.executable)
"""Where another version is solved for than this interpreter's, uv would look for one, and download it."""
OPTIONS = (
    *("--universal", "--python-version", "3.12", "--generate-hashes"),
    *("--no-emit-index-url", "--emit-find-links", "--no-header", "--no-annotate"),
    *INTERPRETER,
)
MOST_OF_A_REASON = 600
"""Characters: a resolver that has tried hundreds of versions tells of each."""


class LockProblem(Problem):
    """Requirements cannot be locked; the resolver's own words say why."""

    def __init__(self, source: Path, said: str) -> None:
        super().__init__(f"{source.parent.name}/{source.name} cannot be locked: {reason(said)}")


class NotLocked(Problem):
    """A package that is to be moved is in no requirement."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, names: Sequence[str]) -> None:
        first = f"requirements/ locks no {' and no '.join(names)}"
        super().__init__(f"{first}, so nothing was moved: name what is in a lock, or add it to a requirements/*.in.")


class NoWheelForLambda(Problem):
    """What ships is locked at a version that the function could not be built with."""

    def __init__(self, target: Target, said: str) -> None:
        super().__init__(
            f"requirements/{SHIPS}.in cannot ship: the function takes wheels only, for {target.architecture} and "
            f"Python {target.python}; name a version that has one: {reason(said)}"
        )


def sources(root: Path) -> list[Path]:
    """What a service has written by hand about its requirements, in the order in which it is told."""
    found = [file for folder in FOLDERS for file in sorted((root / folder).glob("*.in"))]
    return sorted(found, key=lambda file: FIRST.index(file.stem) if file.stem in FIRST else len(FIRST))


def lock(root: Path, uv: str, *arguments: str) -> list[Path]:
    """
    Compile all that is locked in a service, and return the locks; they change together, or not at all.

    Args:
        root: the service's folder.
        uv: the program.
        arguments: uv's own, such as `--upgrade`.

    Raises:
        LockProblem: no set of versions fits.
        NoWheelForLambda: what ships has no wheel for the function's processor and Python.
    """
    with _aside(root) as copy:
        made = [_compiled(copy, source, uv, arguments) for source in _solvable(sources(copy))]
        for each in made:
            _replace(each, root / each.relative_to(copy))
    return [source.with_suffix(".txt") for source in sources(root)]


def upgrade_of(names: Sequence[str]) -> list[str]:
    """
    The arguments that move these packages to what lies in vendor/.

    A lock keeps the hash of a version that it knows, so what was replaced must be named.
    """
    return [argument for name in names for argument in ("--upgrade-package", name)]


def require_locked(root: Path, names: Sequence[str]) -> None:
    """
    Take names of packages only that a lock, or what is written by hand, has.

    Raises:
        NotLocked: some are in neither.
    """
    files = [file for source in sources(root) for file in (source, source.with_suffix(".txt")) if file.is_file()]
    known = {_name(line) for file in files for line in file.read_text("utf-8").splitlines()}
    if lacking := [name for name in names if _name(name) not in known]:
        raise NotLocked(lacking)


def reason(said: str) -> str:
    """What a resolver says against requirements, in one sentence: of a long account its end, what clashes."""
    told = re.split(r"\n\s*\n\s*hint:", said)[0]
    _, _, account = told.partition("cause:") if "cause:" in told else ("", "", told)
    steps = re.split(r"(?=\bAnd because\b)", " ".join(account.split()).removeprefix("error: "))
    kept = [steps[-1].strip()]
    for step in reversed(steps[:-1]):
        if len(step) + sum(map(len, kept)) > MOST_OF_A_REASON:
            break
        kept.insert(0, step.strip())
    text = "; ".join(step.removesuffix(".") for step in kept[:-1]) + "; " * (len(kept) > 1) + kept[-1]
    text = re.sub("; And because", "; and because", text.removeprefix("And "))
    return f"{text[:1].lower()}{text[1:]}" if text.lower().startswith("because") else text


def _name(line: str) -> str:
    """The package that a line of requirements begins with, as names are compared."""
    match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line.strip())
    return re.sub(r"[-_.]+", "-", match.group()).lower() if match else ""


@contextmanager
def _aside(root: Path) -> Iterator[Path]:
    """A copy of what is locked, all else of the service beside it by reference."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        for each in root.iterdir():
            if each.name in FOLDERS and each.is_dir():
                shutil.copytree(each, copy / each.name)
            else:
                (copy / each.name).symlink_to(each.resolve())
        yield copy


def _replace(made: Path, target: Path) -> None:
    """Put a finished file in place at once, unless it says the same."""
    if target.is_file() and target.read_bytes() == made.read_bytes():
        return
    beside = target.with_name(f".{target.name}")
    shutil.copyfile(made, beside)
    beside.replace(target)


def _solvable(files: Sequence[Path]) -> list[Path]:
    """The order to solve in: what tests holds what ships too, so it comes first, and what ships takes its versions."""
    tests = [file for file in files if file.stem == TESTS and file.with_stem(SHIPS) in files]
    return [*tests, *(file for file in files if file not in tests)]


def _compiled(root: Path, source: Path, uv: str, arguments: Sequence[str]) -> Path:
    """
    Compile one file.

    uv writes the path of vendor/ as it is given, and installing resolves it from the lock's folder: so it runs there.
    """
    vendor = ("--find-links", "../vendor") if (root / "vendor").is_dir() else ()
    held: tuple[str, ...] = ()
    ships, tests = source.with_name(f"{SHIPS}.txt"), source.with_name(f"{TESTS}.txt")
    if source.stem == TESTS and source.with_stem(SHIPS).is_file():
        ships.write_text("", "utf-8")  # dev.in is held to it, and this is where it is solved
    elif source.stem == SHIPS and tests.with_suffix(".in").is_file():
        held = ("--constraint", _without_options(tests).name)
    target = source.with_suffix(".txt")
    command = [uv, "pip", "compile", "--quiet", *OPTIONS, *vendor, *arguments]
    done = _run([*command, *held, source.name, "--output-file", target.name], source.parent)
    if done.returncode and source.stem == TESTS and source.with_stem(SHIPS).is_file():
        ships_alone = _run([*command, f"{SHIPS}.in", "--output-file", f"{SHIPS}.txt"], source.parent)
        if ships_alone.returncode:
            raise LockProblem(source.with_stem(SHIPS), ships_alone.stderr)
    if done.returncode:
        raise LockProblem(source, done.stderr)
    if source.stem == SHIPS and (root / "template.yaml").is_file():
        _require_wheels(target, read_target(root / "template.yaml"), uv)
    return target


def _without_options(lock: Path) -> Path:
    """A lock beside this one that repeats no `--find-links`, for uv hands on what a constraint's file has of them."""
    lines = lock.read_text("utf-8").splitlines(keepends=True)
    bare = lock.with_name("tested.txt")
    bare.write_text("".join(line for line in lines if not line.startswith("--find-links")), "utf-8")
    return bare


def _require_wheels(ships: Path, target: Target, uv: str) -> None:
    """Of what ships, for the function as template.yaml has it."""
    wanted = ("--only-binary", ":all:", "--python-platform", target.platform, "--python-version", target.python)
    command = [uv, "pip", "compile", "--quiet", "--no-deps", "--no-header", *INTERPRETER, *wanted]
    done = _run([*command, ships.name, "--output-file", "wheels.txt"], ships.parent)
    if done.returncode:
        raise NoWheelForLambda(target, done.stderr)


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
