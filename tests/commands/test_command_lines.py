"""Every command line that users read is understood, options and values included, and it is known who runs it."""

import re
from pathlib import Path

import pytest

from sparely_toolkit.upkeep.pages import page
from tests.commands.command_lines import called, of_makefile, of_services, read, words
from tests.conftest import REPOSITORY

LINES = sorted(of_services())
NAMES_OF_COMMANDS = {
    "sparely invoke --function": "an option in a sentence",
    "sparely package": "what sam build calls; its arguments are make's",
    "sparely plan --measured": "an option in a sentence",
    "sparely profile": "a command in a sentence",
}
"""Not meant to be typed as they stand."""
OF_TYPER = ("--help", "--install-completion")
"""What typer itself answers; the second would write into the home of whoever runs the tests."""

RUN = "run as it stands by tests/commands/test_lines_in_a_service.py"
REFUSED = "run as it stands by the same file, and refused as its page says"
LONG = "run as it stands by `make soak`, by the same file"
IN_SHORT = "run by `make soak` in a sixtieth of its time, by the same file"
SERVED = "served with it by `make soak`, and asked, by the same file"
PLAYED = "played as it stands by tests/deployment/test_rehearsal.py, the longer ones by `make soak`"
AWS = "needs an account: read by make and typer below; the command runs against a mock of AWS in tests/deployment"
MEANT = "has values that stand for a reader's own: read by make and typer below; its options are run by "

WHO_RUNS: dict[str, str] = {
    r"make invoke EVENT=events/(direct|messages)\.json.*": RUN,
    r"make invoke EVENT=events/object\.json": REFUSED,
    r"make golden ARGS=--yes": RUN,
    r"(make plan ARGS=|sparely plan )--prices": RUN,
    r"make test ARGS=\"tests/test_models\.py -x\"": RUN,
    r"(make docs PAGE=|sparely docs )[a-z-]+": LONG,
    r"make plan (PROFILE=.*|ARGS=\"--(requests|rows).*)": LONG,
    r"make load SHAPE=(smoke|constant|steps|spike|soak)( WORKERS=4)?": IN_SHORT,
    r"sparely run --.*|make run ARGS=.*": SERVED,
    r"make rehearse ARGS=.*": PLAYED,
    r"make (add-model|train) .*|sparely train SCRIPT": f"{MEANT}tests",
    r"make (remove-model|score|upgrade|unpack) .*": f"{MEANT}tests/commands/test_service.py",
    r"make invoke EVENT=events/NAME\.json|sparely docs PAGE": f"{MEANT}tests/commands/test_service.py",
    r"sparely invoke EVENT.*": f"{MEANT}packages/sparely-toolkit/tests/cli/test_serving.py",
    r"make test ARGS=\"tests/test_models\.py -k churn\"": f"{MEANT}tests",
    r"make lock ARGS=\"--upgrade-package NAME\"": f"{MEANT}packages/sparely-toolkit/tests/upkeep/test_locks.py",
    r"make (lock ARGS=--upgrade|audit .*)": f"{MEANT}tests/commands/test_locked.py",
    r"sparely sagemaker .*": f"{MEANT}packages/sparely-sagemaker/tests",
    r"make (deploy|smoke|rollback|doctor) .*": AWS,
    r"make load .*HOST=.*|sparely load .*--host .*": AWS,
}
"""By a pattern of lines, who runs them with their options."""
WITH_OPTIONS = [line for line in LINES if len(words(line)) > 2]
"""What is no more than a command is run as one: test_documents.py."""
HELP = [line for line in LINES if words(line)[-1] in OF_TYPER]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a Makefile alone lies, and the scripts that `train` names."""
    made = tmp_path_factory.mktemp("lines")
    (made / "training").mkdir()
    for name in ("training/churn.py", "training/fit.py", "training/mine.py", "training/rows.py", "SCRIPT"):
        (made / name).touch()
    return made


def who_runs(line: str) -> list[str]:
    """What is said of a line."""
    return [who for pattern, who in WHO_RUNS.items() if re.fullmatch(pattern, line)]


@pytest.mark.parametrize("line", [line for line in WITH_OPTIONS if line not in {*NAMES_OF_COMMANDS, *HELP}])
def test_a_line_is_understood(line: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By make itself, which says what it would call, and by the parser of `sparely`, which checks every value."""
    monkeypatch.chdir(folder)

    read(called(line, folder))


@pytest.mark.parametrize(
    "line", ["make rehearse ARGS='--bad nice'", "make plan ARGS='--p95-ms 0'", "make load SHAPE=hills", "sparely halt"]
)
def test_a_line_that_is_wrong_is_not_understood(line: str, folder: Path) -> None:
    """The test above can fail: for values, too."""
    with pytest.raises(Exception, match=r"nice|0|hills|halt"):
        read(called(line, folder))


def test_it_is_known_who_runs_each_line_with_options() -> None:
    """A new line is run, or it is said where its options are, or why not."""
    passed_over = {*NAMES_OF_COMMANDS, *HELP}
    unknown = {line: who_runs(line) for line in WITH_OPTIONS if line not in passed_over}

    assert {line: who for line, who in unknown.items() if len(who) != 1} == {}


def test_nothing_is_said_of_lines_that_are_gone() -> None:
    """What nobody tells any more needs no runner."""
    stale = [pattern for pattern in WHO_RUNS if not any(re.fullmatch(pattern, line) for line in LINES)]

    assert stale == []
    assert set(NAMES_OF_COMMANDS) <= set(LINES)


@pytest.mark.parametrize(
    "line", [line for line in LINES for who in who_runs(line) if who.startswith(MEANT) and line not in HELP]
)
def test_the_options_of_a_line_with_other_values_are_run_elsewhere(line: str) -> None:
    """The tests that are named give them to the command."""
    (who,) = who_runs(line)
    named = REPOSITORY / who.removeprefix(MEANT)
    text = "".join(file.read_text("utf-8") for file in ([named] if named.is_file() else named.rglob("test_*.py")))
    options = [word for part in words(line) for word in part.removeprefix("ARGS=").split() if word.startswith("--")]

    assert [option for option in options if not re.search(rf"[\"'= ]{option}[\"'= ]", text)] == []
    assert f'"{words(line)[1]}"' in text


def test_examples_of_the_repositorys_makefile_are_there() -> None:
    """`make test PACKAGE=sparely ARGS="tests/handler -x"`: what is named can be run."""
    examples = of_makefile(REPOSITORY / "Makefile")

    assert {'make test ARGS="tests/handler -x"', "make test PACKAGE=sparely"} <= examples
    assert (REPOSITORY / "packages" / "sparely" / "tests" / "handler").is_dir()
    assert (REPOSITORY / "packages" / "sparely-toolkit" / "tests" / "local").is_dir()


@pytest.mark.parametrize("line", [line for line in LINES if " docs " in line and "[" not in line])
def test_a_page_that_is_named_is_there(line: str) -> None:
    """In a line that shows it."""
    name = words(line)[-1].removeprefix("PAGE=")

    assert name == "PAGE" or page(name).is_file()
