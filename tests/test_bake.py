"""What comes out of the template: its tree, its answers, and nothing else."""

import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ANSWERS, APIS, REPOSITORY, SAM, TEMPLATE, Bake, run

AWKWARD = [
    "O'Brien's \"best\" {models}",
    "Prädiktion für Zürich",
    "予測サービス",
    "{x} {{ 7 * 7 }} #{y} ${z} %",
    "a: b # c \\ d",
    "42",
    "--help",
    "-" * 90,
]


class CloudFormationLoader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, which mean nothing here."""


CloudFormationLoader.add_multi_constructor("!", lambda loader, suffix, node: suffix)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_tree_is_that_of_the_template(bake: Bake) -> None:
    """A service has every file that the template has under version control, and no cache of the workshop."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "."],
        cwd=TEMPLATE,
        capture_output=True,
        text=True,
        check=True,
    )

    assert files(bake()) == set(listed.stdout.rstrip("\0").split("\0"))


def test_files_with_code_or_data_are_copied_to_the_byte(bake: Bake) -> None:
    """Only files in which an answer lands are rendered, so what is tested unbaked is what users get."""
    service = bake()

    changed = {name for name in files(service) if (service / name).read_bytes() != (TEMPLATE / name).read_bytes()}
    assert changed == {".python-version", "README.md", "samconfig.toml", "template.yaml"}


def test_no_jinja_is_left_in_a_service(bake: Bake) -> None:
    """What was to be rendered is."""
    service = bake()

    for name in (".python-version", "README.md", "samconfig.toml", "template.yaml", "Makefile"):
        assert "cookiecutter" not in (service / name).read_text("utf-8")


def test_there_are_few_prompts_with_human_questions_and_no_hooks() -> None:
    """`sam init` refuses hooks, and a question a user cannot answer is one too many."""
    prompts = [name for name in ANSWERS if not name.startswith("_")]

    assert len(prompts) <= 7
    assert set(ANSWERS["__prompts__"]) == set(prompts)
    assert not (REPOSITORY / "hooks").exists()


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_answers_arrive_as_they_were_given(bake: Bake, text: str) -> None:
    """Quotes, braces, other alphabets and YAML's own signs neither break a file nor change."""
    service = bake(project_name=text, description=f"About {text}")

    template = yaml.load((service / "template.yaml").read_text("utf-8"), CloudFormationLoader)
    stack = tomllib.loads((service / "samconfig.toml").read_text("utf-8"))["default"]["global"]["parameters"][
        "stack_name"
    ]
    if "{{" not in text:
        assert template["Description"] == f"About {text}"
    assert stack[0].isalpha()
    assert stack.replace("-", "").isalnum()
    assert stack.isascii()
    assert len(stack) <= 40


def test_a_service_of_awkward_answers_builds(bake: Bake) -> None:
    """The package of a service whose name and description are full of signs is the package of any other."""
    service = bake(project_name=AWKWARD[0], description=AWKWARD[3] + AWKWARD[4])

    assert "Build Succeeded" in run("make", "build", cwd=service)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("architecture", ANSWERS["cpu_architecture"])
def test_every_choice_is_a_valid_template(bake: Bake, api: str, architecture: str) -> None:
    """SAM and cfn-lint find nothing to say, on plain and on linted validation."""
    service = bake(api=api, cpu_architecture=architecture)

    assert "is a valid SAM Template" in run(SAM, "validate", cwd=service)
    assert "is a valid SAM Template" in run(SAM, "validate", "--lint", cwd=service)


def test_sam_init_gives_the_same_service(bake: Bake, tmp_path: Path) -> None:
    """`sam init --location` and cookiecutter write the same files."""
    baked = bake(project_name="some-service")
    (tmp_path / "sam").mkdir()

    run(SAM, "init", "--location", str(REPOSITORY), "--no-input", "--name", "some-service", cwd=tmp_path / "sam")

    made = tmp_path / "sam" / "some-service"
    assert files(made) == files(baked)
    assert [name for name in files(baked) if (made / name).read_bytes() != (baked / name).read_bytes()] == []


def test_answers_have_defaults_that_work() -> None:
    """The first choice of each list is the default; they are those that the documentation promises."""
    defaults = {name: value[0] if isinstance(value, list) else value for name, value in ANSWERS.items()}

    assert (defaults["api"], defaults["cpu_architecture"], defaults["python_version"]) == ("http-iam", "x86_64", "3.13")
