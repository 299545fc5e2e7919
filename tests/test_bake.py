"""What comes out of the template: its tree, its answers, and nothing else."""

import json
import subprocess
import tomllib

import pytest
import yaml

from sparely_toolkit.contract.other_events import DIRECT, MESSAGES, OBJECT, WARM_UP
from sparely_toolkit.contract.regenerate import outdated
from sparely_toolkit.project import Project
from tests.conftest import ANSWERS, REPOSITORY, TEMPLATE, Bake, differing, files, run
from tests.options import AWKWARD, CHOICES, Answers, covering, first_seen, title

RENDERED = {
    ".devcontainer/devcontainer.json",
    ".python-version",
    "README.md",
    "openapi.yaml",
    "pyproject.toml",
    "samconfig.toml",
    "template.yaml",
}
RENDERED |= {
    file.relative_to(TEMPLATE).as_posix()
    for file in TEMPLATE.glob("events/*.json")
    if file.stem not in (DIRECT, MESSAGES, OBJECT, WARM_UP)
}
MOST_FILES, MOST_LINES_OF_PYTHON = 80, 800


class CloudFormationLoader(yaml.CSafeLoader):
    """YAML with CloudFormation's short tags, which mean nothing here."""


CloudFormationLoader.add_multi_constructor("!", lambda loader, suffix, node: suffix)


def under_version_control() -> set[str]:
    """The files that a service has: those of the template, committed or to be, and no cache of the workshop."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."]
    listed = subprocess.run(command, cwd=TEMPLATE, capture_output=True, text=True, check=True)
    return set(listed.stdout.rstrip("\0").split("\0"))


def test_the_tree_is_that_of_the_template(bake: Bake) -> None:
    """A service has every file that the template has under version control, and no cache of the workshop."""
    assert files(bake()) == under_version_control()


def test_a_service_is_small_enough_to_be_its_owners(bake: Bake) -> None:
    """What is not about the service itself comes with the packages in vendor/."""
    service = bake()

    lines = [line for file in service.rglob("*.py") for line in file.read_text("utf-8").splitlines()]
    assert len(files(service)) <= MOST_FILES
    assert len(lines) <= MOST_LINES_OF_PYTHON


def test_no_jinja_is_left_in_a_service(bake: Bake) -> None:
    """What was to be rendered is."""
    service = bake()

    for name in (*RENDERED, "AGENTS.md", "Makefile"):
        text = (service / name).read_text("utf-8")
        assert [sign for sign in ("cookiecutter", "{%", "{#") if sign in text] == []


def test_there_are_few_prompts_with_human_questions_and_no_hooks() -> None:
    """`sam init` refuses hooks, and a question a user cannot answer is one too many."""
    prompts = [name for name in ANSWERS if not name.startswith("_")]

    assert len(prompts) <= 7
    assert set(ANSWERS["__prompts__"]) == set(prompts)
    assert not (REPOSITORY / "hooks").exists()


PAIRS = covering({"text": [*AWKWARD, "Prediction Service"], **CHOICES})
IN_SHORT = first_seen(PAIRS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "answers",
    [each if each in IN_SHORT else pytest.param(each, marks=pytest.mark.soak) for each in PAIRS],
    ids=title,
)
def test_answers_arrive_as_they_were_given_and_nowhere_else(bake: Bake, answers: Answers) -> None:
    """
    Quotes, braces, other alphabets and YAML's own signs neither break a file nor change, whatever else is chosen.

    Files with code or data are copied to the byte, and what commands write is what they would write. Each answer is
    tried; in `make soak` each pair of them is.
    """
    text = answers["text"]
    service = bake(project_name=text, description=f"About {text}", **{name: answers[name] for name in CHOICES})

    template = yaml.load((service / "template.yaml").read_text("utf-8"), CloudFormationLoader)
    stack = tomllib.loads((service / "samconfig.toml").read_text("utf-8"))["default"]["global"]["parameters"][
        "stack_name"
    ]
    assert differing(service, TEMPLATE) & under_version_control() == RENDERED
    assert outdated(Project(service)) == {}
    if "{{" not in text:
        contract = yaml.load((service / "openapi.yaml").read_text("utf-8"), yaml.CSafeLoader)
        assert template["Description"] == f"About {text}"
        assert json.loads((service / ".devcontainer" / "devcontainer.json").read_text("utf-8"))["name"] == text
        assert (contract["info"]["title"], contract["info"]["summary"]) == (text, f"About {text}")
    assert (service / ".python-version").read_text("utf-8").strip() == answers["python_version"]
    assert tomllib.loads((service / "pyproject.toml").read_text("utf-8"))["project"]["name"] == service.name
    assert stack[0].isalpha()
    assert stack.replace("-", "").isalnum()
    assert stack.isascii()
    assert len(stack) <= 40


def test_a_tokens_audience_is_the_service_itself(bake: Bake) -> None:
    """Two services of one issuer must not take each other's tokens."""
    service = bake(project_name="Claims Scoring", api="http-jwt")

    template = yaml.load((service / "template.yaml").read_text("utf-8"), CloudFormationLoader)
    assert template["Parameters"]["JwtAudience"]["Default"] == "claims-scoring"


@pytest.mark.slow
def test_a_service_of_awkward_answers_builds(bake: Bake) -> None:
    """The package of a service whose name and description are full of signs is the package of any other."""
    service = bake(project_name=AWKWARD[0], description=AWKWARD[3] + AWKWARD[4])

    assert "Built: " in run("make", "build", cwd=service)


def test_answers_have_defaults_that_work() -> None:
    """The first choice of each list is the default; they are those that the documentation promises."""
    defaults = {name: value[0] if isinstance(value, list) else value for name, value in ANSWERS.items()}

    assert (defaults["api"], defaults["cpu_architecture"], defaults["python_version"]) == ("http-iam", "x86_64", "3.13")
