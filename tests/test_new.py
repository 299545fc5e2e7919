"""`make new`: a service without anything of cookiecutter to know or install."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ANSWERS, REPOSITORY, Bake, differing, run, user_environment

QUESTIONS = ", ".join(name for name in ANSWERS if not name.startswith("_"))


@pytest.fixture
def clone(published: Path, tmp_path: Path) -> Path:
    """The repository as somebody has just cloned it: without an environment."""
    folder = tmp_path / "work" / "sparely"
    run("git", "clone", "--quiet", str(published), str(folder), cwd=tmp_path)
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A user's, with nothing in its cache yet."""
    return {**user_environment(), "XDG_CACHE_HOME": str(tmp_path / "cache")}


def new(
    clone: Path, environment: dict[str, str], *arguments: str, typed: str = "\n" * 9
) -> subprocess.CompletedProcess[str]:
    """Run the command in the clone; every question is answered with enter, if nothing else is typed."""
    command = ["make", "--no-print-directory", "new", *arguments]
    return subprocess.run(command, cwd=clone, env=environment, input=typed, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_service_is_made_beside_the_clone(clone: Path, environment: dict[str, str], bake: Bake) -> None:
    """It asks what cookiecutter asks, and makes what cookiecutter makes; the next time, for an add-on too, installs nothing."""
    first = new(clone, environment)
    second = new(clone, environment, "ARGS=project_slug=another")

    made = clone.parent / "prediction-service"
    assert first.returncode == 0, first.stderr
    assert ANSWERS["__prompts__"]["project_name"] in first.stdout
    assert first.stdout.splitlines()[-1].endswith(
        f"{made} is made. There, `make run` serves its models on this machine, `git init` begins its history, and "
        "`make` lists what else there is."
    )
    assert differing(made, bake()) == set()
    assert first.stderr.splitlines()[-1].startswith("Installing cookiecutter into ")
    assert "Installing" not in second.stderr
    added = new(clone, environment, "ADDON=sagemaker", "SERVICE=../another", typed="")
    assert (added.returncode, added.stderr) == (0, "")


@pytest.fixture
def equipped(clone: Path, environment: dict[str, str]) -> Path:
    """A clone whose environment is this one."""
    (clone / ".venv").symlink_to(sys.prefix)
    return clone


def test_questions_can_be_answered_in_the_call(equipped: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """And the service can lie elsewhere."""
    done = new(equipped, environment, f"OUTPUT={tmp_path / 'made'}", "ARGS=--no-input api=rest-key project_name=Churn")

    assert done.returncode == 0, done.stderr
    assert "rest-key" not in (tmp_path / "made" / "churn" / "template.yaml").read_text("utf-8")
    assert "UsagePlan" in (tmp_path / "made" / "churn" / "template.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--no-input ap=x", f'There is no question "ap". Answer by NAME=VALUE: {QUESTIONS}; or say --no-input.'),
        ("--no-input api=x", f"x provided for choice variable api, but the choices are {ANSWERS['api']}."),
    ],
)
def test_a_wrong_answer_is_refused(equipped: Path, environment: dict[str, str], arguments: str, sentence: str) -> None:
    """In one sentence, and nothing is made."""
    done = new(equipped, environment, f"ARGS={arguments}")

    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == sentence
    assert not (equipped.parent / "prediction-service").exists()


SLUG = (
    "it names the folder and the stacks: letters first, then digits too, and dots, dashes and underscores between them."
)


def test_an_answer_that_cannot_be_taken_is_asked_for_again(equipped: Path, environment: dict[str, str]) -> None:
    """A name that leads out of the folder, one with a blank, one that no stack can have, and one that is there."""
    (equipped.parent / "there").mkdir()
    typed = ["Churn", "../evil", "my service", "9lives", "there", "mine", "It says {{ so }}.", "5", "2", "", ""]

    done = new(equipped, environment, typed="\n".join([*typed, ""]))

    made = equipped.parent / "mine"
    assert done.returncode == 0, done.stderr
    assert [f'project_slug is "{slug}"; {SLUG}' in done.stdout for slug in typed[1:4]] == [True] * 3
    assert "there is there already; name another." in done.stdout
    assert "It says {{ so }}." in (made / "README.md").read_text("utf-8")
    assert {each.name for each in equipped.parent.iterdir()} == {equipped.name, "there", "mine"}


def test_what_is_answered_in_the_call_is_not_asked(equipped: Path, environment: dict[str, str]) -> None:
    """The rest is."""
    done = new(equipped, environment, "ARGS=api=rest-key project_slug=mine", typed="\n" * 4)

    assert done.returncode == 0, done.stderr
    assert ANSWERS["__prompts__"]["api"]["__prompt__"] not in done.stdout
    assert "UsagePlan" in (equipped.parent / "mine" / "template.yaml").read_text("utf-8")


def test_without_a_terminal_it_says_how_to_answer(equipped: Path, environment: dict[str, str]) -> None:
    """In one sentence, and nothing is made."""
    done = new(equipped, environment, typed="")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-2] == (
        "There is nobody to answer: `make new ARGS=--no-input` takes the defaults, and "
        "`make new ARGS='--no-input project_name=Churn api=rest-key'` answers in the call."
    )
    assert [each.name for each in equipped.parent.iterdir()] == [equipped.name]


def test_a_folder_that_is_there_is_left_alone(equipped: Path, environment: dict[str, str]) -> None:
    """Its owner has it."""
    (equipped.parent / "prediction-service").mkdir()

    done = new(equipped, environment, "ARGS=--no-input")

    assert done.returncode == 2
    assert "is there already; name another by project_name=NAME" in done.stderr
    assert list((equipped.parent / "prediction-service").iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "output", "sentence"),
    [
        ("project_slug=../elsewhere", "", 'project_slug is "../elsewhere"; it names the folder and the stacks: '),
        ("project_slug=9lives", "", 'project_slug is "9lives"; it names the folder and the stacks: '),
        ("project_name= ", "", "project_name is empty."),
        ("project_slug=mine", "/proc/none", "/proc/none: "),
    ],
)
def test_place_where_no_service_can_be_is_refused(tmp_path: Path, answer: str, output: str, sentence: str) -> None:
    """In one sentence."""
    command = [sys.executable, "tools/new.py", output or str(tmp_path / "in"), "--no-input", answer]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith(sentence)
    assert list(tmp_path.iterdir()) == []
