"""
All commands, and the way from a failure to its exit code.

They are in the order in which `sparely --help` lists them; last come those that an add-on's package brings.
"""

import errno
import shutil
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points

import typer
from typer.exceptions import TyperException

from sparely_toolkit.cli import (  # noqa: F401  # isort: skip
    serving,
    invoking,
    building,
    models,
    golden,
    scoring,
    measuring,
    deploying,
    upkeep,
)
from sparely_toolkit.cli.application import NAME, as_called
from sparely_toolkit.cli.application import app as app
from sparely_toolkit.endings import end_in_order
from sparely_toolkit.problems import ExitCode, Problem

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
ADDED = "sparely.commands"
"""The group of entry points by which a package adds commands under a name of its own."""

for point in entry_points(group=ADDED):
    app.add_typer(point.load(), name=point.name)


def run(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command and return its exit code; a problem is one sentence on stderr.

    A command that ends otherwise than well raises a Problem, or `typer.Exit` where it has said already what there is.

    Args:
        arguments: what follows `sparely`; otherwise what this process was started with.
    """
    try:
        code = app(arguments, prog_name=NAME, standalone_mode=False)
    except Problem as problem:
        return _say(f"{problem}", problem.exit_code)
    except TyperException as error:
        return _say_usage(error)
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except OSError as error:
        sentence = _of_system(error)
        if sentence is None:
            raise
        return _say(sentence, ExitCode.LACKING)
    except Exception as error:
        if not _is_of_models(error):
            raise
        return _say(f"{error}", ExitCode.LACKING)
    return code if isinstance(code, int) else ExitCode.DONE


def main() -> None:
    """`sparely` itself."""
    end_in_order()
    sys.exit(run())


def _of_system(error: OSError) -> str | None:
    """What the system refused, where a file or a full disk is the matter."""
    if isinstance(error, shutil.Error):  # one of many files of a tree
        _, place, reason = error.args[0][0]
        return f"{place}: {str(reason).partition('] ')[2].partition(':')[0] or reason}."
    if error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    return f"{error.strerror}." if error.errno in _NO_ROOM else None


def _is_of_models(error: Exception) -> bool:
    """Whether it is what `sparely`, which knows no Problem, says of a model's files."""
    from sparely.bundle import ModelLoadError, NoGoldenRows

    return isinstance(error, ModelLoadError | NoGoldenRows)


def _say(sentence: str, code: int) -> int:
    print(as_called(sentence), file=sys.stderr)
    return code


def _say_usage(error: TyperException) -> int:
    """What the caller wrote wrongly, and where to read how; without a command, the help."""
    sentence, context = error.format_message().removeprefix("Invalid value: "), getattr(error, "ctx", None)
    if sentence.startswith("Usage: "):
        print(sentence)
        return ExitCode.WRONG_CALL
    ended = sentence if sentence.endswith((".", "?")) else f"{sentence}."
    command = context.command_path if context else NAME
    return _say(f"{ended} `{command} --help` says what it takes.", ExitCode.WRONG_CALL)
