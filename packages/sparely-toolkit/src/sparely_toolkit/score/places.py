"""Where a run writes: never over what it reads, and over nothing that is there unless that is said."""

import os
from pathlib import Path

from sparely.batch.table import answer_names
from sparely_toolkit.problems import ExitCode, Problem


class WrongCall(Problem):
    """What is asked for cannot be done."""

    exit_code = ExitCode.WRONG_CALL


class InTheWay(WrongCall):
    """A file is where a table goes."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is there already; --force writes over it, --output names another.")


def tables_of(file: Path, output: Path | None, form: str, *, force: bool) -> tuple[Path, Path]:
    """
    Where the two tables go: `rows.scored.csv` and `rows.errors.csv` beside `rows.csv`.

    With another output the faults bear its name, so that two runs over a file do not take each other's.

    Raises:
        WrongCall: the file itself would be written over, or another one that is there already.
    """
    answers, faults_name = answer_names(file.name, form)
    if output:
        _, faults_name = answer_names(output.name, form)
    output = output or file.with_name(answers)
    faults = output.with_name(faults_name)
    if same(output, file):
        raise WrongCall(f"{output} is the file itself; --output names another.")
    if same(faults, file):
        raise WrongCall(f"{faults}, where the faults go, is the file itself; --output names another.")
    if same(output, faults):
        raise WrongCall(f"{output} and {faults}, where the faults go, are one file; --output names another.")
    if output.is_dir():
        raise WrongCall(f"{output} is a folder; --output names a file.")
    if faults.is_dir():
        raise WrongCall(f"{faults}, where the faults go, is a folder; --output names another.")
    if not output.parent.is_dir():
        raise WrongCall(f"{output.parent}: no such folder.")
    for each in unfinished(output):
        if same(each, file):
            raise WrongCall(f"{each}, which is written until the end, is the file itself; --output names another.")
    if not force:
        check_free(output, faults)
    return output, faults


def unfinished(output: Path) -> tuple[Path, Path, Path, Path]:
    """
    What lies beside a table of answers until it has its name: it, its faults, the notes, and what is put together.

    All bear its name, for two tables of answers may have faults of one name.
    """
    return (
        output.with_name(f".{output.name}.partial"),
        output.with_name(f".{output.name}.errors.partial"),
        output.with_name(f".{output.name}.progress"),
        output.with_name(f".{output.name}.together.partial"),
    )


def check_free(*paths: Path) -> None:
    """
    Look whether nothing is there yet, not even a link to nothing.

    Raises:
        InTheWay: something is.
    """
    for each in paths:
        if os.path.lexists(each):
            raise InTheWay(each)


def same(one: Path, other: Path) -> bool:
    """Whether two names, also by links or in other spellings, are of one file."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()
