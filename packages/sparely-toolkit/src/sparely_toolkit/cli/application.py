"""The command line's frame: the options of every command, and the way from a failure to its exit code."""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

NAME = "sparely"

app = typer.Typer(
    name=NAME,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

StageOption = Annotated[str, typer.Option("--stage", metavar="NAME", help="The table of samconfig.toml to read.")]
"""`--stage NAME`, alike in every command that has one; its default is `DEFAULT_STAGE`."""
DEFAULT_STAGE = "default"


def _print_version(asked: bool) -> None:
    if asked:
        print(f"{NAME} {version('sparely-toolkit')}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    service: Annotated[
        Path | None,
        typer.Option("--service", metavar="DIR", help="The service's folder; otherwise the one you are in."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Serve trained models from AWS Lambda: run, test, load, plan and deploy the service you are in."""
    context.obj = service


def project_of(context: typer.Context) -> Project:
    """
    The service that a command is about.

    Raises:
        NoProject: it is called outside of one.
    """
    return Project.find(context.obj)


def run(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command and return its exit code; a problem is one sentence on stderr.

    A command that ends otherwise than well raises a Problem, or `typer.Exit` where it has said already what there is.

    Args:
        arguments: what follows `sparely`; otherwise what this process was started with.
    """
    from sparely_toolkit.cli import commands  # noqa: F401  # registers them

    try:
        code = app(arguments, prog_name=NAME, standalone_mode=False)
    except Problem as problem:
        return _say(f"{problem}", problem.exit_code)
    except TyperException as error:
        return _say_usage(error)
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except OSError as error:
        if error.filename is None:
            raise
        return _say(f"{error.filename}: {error.strerror}.", ExitCode.LACKING)
    except Exception as error:
        if not _is_of_models(error):
            raise
        return _say(f"{error}", ExitCode.LACKING)
    return code if isinstance(code, int) else ExitCode.DONE


def main() -> None:
    """`sparely` itself."""
    sys.exit(run())


def _is_of_models(error: Exception) -> bool:
    """Whether it is what `sparely`, which knows no Problem, says of a model's files."""
    from sparely.bundle import ModelLoadError, NoGoldenRows

    return isinstance(error, ModelLoadError | NoGoldenRows)


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _say_usage(error: TyperException) -> int:
    """What the caller wrote wrongly, and where to read how; without a command, the help has been shown already."""
    sentence, context = error.format_message(), getattr(error, "ctx", None)
    if not sentence:
        return ExitCode.WRONG_CALL
    ended = sentence if sentence.endswith((".", "?")) else f"{sentence}."
    command = context.command_path if context else NAME
    return _say(f"{ended} `{command} --help` says what it takes.", ExitCode.WRONG_CALL)
