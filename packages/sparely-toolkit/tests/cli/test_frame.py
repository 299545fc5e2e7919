"""The command line's frame: what every command has in common."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from sparely_toolkit.cli import application
from sparely_toolkit.problems import ExitCode, Problem
from support.command_line import Sparely

HEAVY = ("aiohttp", "asyncio", "boto3", "botocore", "locust", "samcli", "yaml", "sparely.engine", "jinja2")


@pytest.fixture
def failing() -> Iterator[list[BaseException]]:
    """A command `fail` that raises what is put here."""
    raised: list[BaseException] = []

    def fail(context: typer.Context) -> None:
        if raised:
            raise raised[0]
        application.project_of(context)

    application.app.command("fail")(fail)
    yield raised
    application.app.registered_commands[:] = [
        each for each in application.app.registered_commands if each.name != "fail"
    ]


@pytest.mark.parametrize("code", list(ExitCode)[1:])
def test_problem_is_its_sentence_and_exit_code(sparely: Sparely, failing: list[BaseException], code: ExitCode) -> None:
    """What ends a command is one sentence on stderr, and the exit code of its kind."""
    problem = Problem("The moon is full; wait a night.")
    problem.exit_code = code
    failing.append(problem)

    outcome = sparely("fail")

    assert (outcome.exit_code, outcome.out, outcome.err) == (code, "", "The moon is full; wait a night.\n")


@pytest.mark.parametrize(
    ("program", "named"),
    [(".venv/bin/sparely", ".venv/bin/sparely"), ("/usr/bin/sparely", "sparely"), ("pytest", "sparely")],
)
def test_advice_is_written_as_the_program_was_called(
    sparely: Sparely, failing: list[BaseException], monkeypatch: pytest.MonkeyPatch, program: str, named: str
) -> None:
    """Where its path was typed, by make too, no shell finds the bare name; the package of that name stays."""
    monkeypatch.setattr(sys, "argv", [program, "fail"])
    failing.append(Problem("No wheel of sparely in vendor/: read `sparely docs dependencies`, then say sparely lock."))

    assert sparely("fail").err == (
        f"No wheel of sparely in vendor/: read `{named} docs dependencies`, then say {named} lock.\n"
    )


def test_interrupt_is_130_without_traceback(sparely: Sparely, failing: list[BaseException]) -> None:
    """Control-C ends a command as a shell expects it, and says nothing."""
    failing.append(KeyboardInterrupt())

    outcome = sparely("fail")

    assert (outcome.exit_code, outcome.err) == (130, "")


def test_file_that_cannot_be_read_is_named(sparely: Sparely, failing: list[BaseException]) -> None:
    """A file that the operating system refuses is named, without a traceback."""
    failing.append(PermissionError(13, "Permission denied", "src/models"))

    outcome = sparely("fail")

    assert (outcome.exit_code, outcome.err) == (ExitCode.LACKING, "src/models: Permission denied.\n")


def test_service_is_found_from_a_folder_of_it(
    sparely: Sparely, failing: list[BaseException], service: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command works from any folder of the service."""
    monkeypatch.chdir(service / "src" / "handler")

    assert sparely("fail").exit_code == ExitCode.DONE


def test_service_may_be_named(sparely: Sparely, failing: list[BaseException], service: Path) -> None:
    """`--service DIR` stands before the command."""
    assert sparely("fail", service=service).exit_code == ExitCode.DONE


def test_outside_of_a_service_it_says_where_to_go(
    sparely: Sparely, failing: list[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no service, the sentence says what makes one and how to name one."""
    monkeypatch.chdir(tmp_path)

    outcome = sparely("fail")

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.LACKING,
        f"{tmp_path} is not in a service: neither it nor a folder above holds template.yaml and src/handler/app.py. "
        "Go there, or name it: sparely --service DIR.\n",
    )


def test_a_folder_that_is_not_there_is_said(sparely: Sparely, failing: list[BaseException], tmp_path: Path) -> None:
    """A name that was mistyped is no folder without a service."""
    outcome = sparely("fail", service=tmp_path / "elsewhere")

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.LACKING,
        f"There is no folder {tmp_path / 'elsewhere'}; expected a service's.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["buidl"], "No such command 'buidl'. Did you mean 'build'? `sparely --help` says what it takes.\n"),
        (["build", "--fast"], "No such option: --fast. `sparely build --help` says what it takes.\n"),
    ],
)
def test_wrong_call_is_one_line(sparely: Sparely, arguments: list[str], sentence: str) -> None:
    """What is written wrongly is exit code 2, and a line that says where to look."""
    outcome = sparely(*arguments)

    assert (outcome.exit_code, outcome.out, outcome.err) == (ExitCode.WRONG_CALL, "", sentence)


def test_without_a_command_it_lists_them(sparely: Sparely) -> None:
    """`sparely` alone is its help, as a wrong call."""
    outcome = sparely()

    assert outcome.exit_code == ExitCode.WRONG_CALL
    assert "add-model" in outcome.out


def test_version_is_the_toolkits(sparely: Sparely) -> None:
    """`sparely --version` says which toolkit answers."""
    outcome = sparely("--version")

    assert outcome.out.startswith("sparely 0.1.0")


def test_completion_can_be_installed(sparely: Sparely) -> None:
    """The help names the option that installs shell completion."""
    assert "--install-completion" in sparely("--help").out


def test_help_loads_nothing_heavy() -> None:
    """`sparely --help` is quick: no command loads what it works with before it is called."""
    script = (
        "import sys\nfrom sparely_toolkit.cli.commands import run\nrun(['--help'])\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stderr == "[]\n"


def test_module_is_the_command() -> None:
    """`python -m sparely_toolkit` is `sparely`, for packages that start it as a process."""
    command = [sys.executable, "-m", "sparely_toolkit", "--version"]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.startswith("sparely 0.1.0")


def test_shell_completes_commands() -> None:
    """What `--install-completion` installs asks the command itself."""
    asked = {"_SPARELY_COMPLETE": "complete_bash", "COMP_WORDS": "sparely remo", "COMP_CWORD": "1"}
    command = [sys.executable, "-m", "sparely_toolkit"]

    done = subprocess.run(command, env={**os.environ, **asked}, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["remove-model"]


def test_interrupt_while_it_loads_is_130_too() -> None:
    """Loading the commands takes a moment, in which nothing has begun."""
    script = (
        "import sys\nimport sparely_toolkit.__main__ as program\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'sparely_toolkit.cli.commands':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\nprogram.main()"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (130, "")
