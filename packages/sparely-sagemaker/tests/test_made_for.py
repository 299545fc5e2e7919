"""An add-on with another Python or processor than the service is refused, with the file and what mends it."""

import shutil
from pathlib import Path

import pytest

from sparely_sagemaker.add_on import AddOn
from sparely_sagemaker.made_for import MadeForAnother, require_same_target
from sparely_toolkit.package.target import read_target
from sparely_toolkit.project import Project
from support.command_line import Sparely
from support.sagemaker import added

PYTHON = read_target(added().project.template).python
OTHER = "3.14" if PYTHON != "3.14" else "3.13"
COMMANDS = [("check",), ("build",), ("run",), ("run", "direct"), ("image",), ("compare",)]


@pytest.fixture
def add_on(tmp_path: Path) -> AddOn:
    """A service with the add-on that may be changed; nothing of it is built."""
    ours = added()
    root = tmp_path / "my service"
    (root / "src" / "handler").mkdir(parents=True)
    shutil.copy(ours.project.source / "handler" / "app.py", root / "src" / "handler")
    shutil.copy(ours.project.template, root)
    shutil.copytree(ours.root, root / "sagemaker", ignore=shutil.ignore_patterns(".build"))
    return AddOn(Project(root))


def replace(file: Path, text: str, instead: str) -> None:
    assert text in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(text, instead), "utf-8")


def mend(root: Path) -> str:
    """How every sentence ends."""
    return (
        f", but the service's template.yaml has python{PYTHON} and x86_64: change that, or add the add-on again: in a "
        f"clone of sparely, `make new ADDON=sagemaker SERVICE='{root}' ARGS=--force`, or `cookiecutter . --directory "
        f"addons/sagemaker --no-input --overwrite-if-exists --output-dir {root.parent} project_slug='{root.name}' "
        f"python_version={PYTHON} cpu_architecture=x86_64`. The second way writes all of sagemaker/ anew."
    )


def test_an_add_on_of_the_same_kind_passes(add_on: AddOn) -> None:
    """As both templates are rendered with the same answers."""
    require_same_target(add_on)


@pytest.mark.parametrize(
    ("file", "text", "instead", "said"),
    [
        ("multi-model.yaml", f"python{PYTHON}", f"python{OTHER}", f"multi-model.yaml has Runtime python{OTHER}"),
        ("multi-model.yaml", "x86_64", "arm64", "multi-model.yaml has Architectures arm64"),
        ("Dockerfile", f"python:{PYTHON}", f"python:{OTHER}", f"Dockerfile has python:{OTHER}"),
        ("direct.yaml", "m5.large", "m6g.large", "direct.yaml has InstanceType ml.m6g.large, which is arm64"),
    ],
)
def test_the_file_is_named_that_is_of_another_kind(
    add_on: AddOn, file: str, text: str, instead: str, said: str
) -> None:
    """With the command that adds the add-on as the service is."""
    replace(add_on.root / file, text, instead)

    with pytest.raises(MadeForAnother) as caught:
        require_same_target(add_on)

    assert str(caught.value) == f"sagemaker/{said}{mend(add_on.project.root)}"


def test_all_that_is_of_another_kind_is_named(add_on: AddOn) -> None:
    """An add-on that was made for arm64 and another Python."""
    for file, text, instead in (
        ("multi-model.yaml", f"python{PYTHON}", f"python{OTHER}"),
        ("multi-model.yaml", "x86_64", "arm64"),
        ("multi-model.yaml", "m5.large", "m6g.large"),
        ("Dockerfile", f"python:{PYTHON}", f"python:{OTHER}"),
    ):
        replace(add_on.root / file, text, instead)

    with pytest.raises(MadeForAnother) as caught:
        require_same_target(add_on)

    assert str(caught.value).startswith(
        f"sagemaker/multi-model.yaml has Runtime python{OTHER} and Architectures arm64 and InstanceType ml.m6g.large, "
        f"which is arm64; sagemaker/Dockerfile has python:{OTHER}, but the service's "
    )


def test_what_is_left_open_or_taken_away_is_not_judged(add_on: AddOn) -> None:
    """An image of the owner's own, an architecture that is not used."""
    (add_on.root / "direct.yaml").unlink()
    replace(add_on.root / "Dockerfile", f"python:{PYTHON}-slim-trixie", "registry.example/ours:1")

    require_same_target(add_on)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_refuses_it(sparely: Sparely, add_on: AddOn, command: tuple[str, ...]) -> None:
    """Before it builds, serves or judges anything; the exit code is that of a check that says no."""
    replace(add_on.root / "multi-model.yaml", f"python{PYTHON}", f"python{OTHER}")

    outcome = sparely("sagemaker", *command, service=add_on.project.root)

    assert outcome.exit_code == 1
    assert outcome.err.splitlines()[-1] == (
        f"sagemaker/multi-model.yaml has Runtime python{OTHER}{mend(add_on.project.root)}"
    )
    assert not add_on.built.exists()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_refuses_own_code(sparely: Sparely, add_on: AddOn, command: tuple[str, ...]) -> None:
    """The check too: callers would get other answers."""
    app = add_on.project.source / "handler" / "app.py"
    app.write_text(f'{app.read_text("utf-8")}\n\n@service.route("GET /about")\ndef about(request): ...\n', "utf-8")

    outcome = sparely("sagemaker", *command, service=add_on.project.root)

    assert outcome.exit_code == 1
    assert "src/handler/app.py has @service.route, which the architectures with SageMaker do not run" in outcome.err
