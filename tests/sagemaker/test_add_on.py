"""The second template: what it adds to a generated service, what it leaves alone, and that it works there."""

import json
from pathlib import Path
from typing import Any

import pytest
from cookiecutter.main import cookiecutter

from tests.conftest import REPOSITORY, Bake, run

ADD_ON = REPOSITORY / "addons" / "sagemaker"
ANSWERS: dict[str, Any] = json.loads((ADD_ON / "cookiecutter.json").read_text("utf-8"))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file's bytes, but for what runs leave behind."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and "__pycache__" not in path.parts
    }


def add(service: Path, **answers: str) -> None:
    """Add the SageMaker architectures to a service, as the documentation says."""
    cookiecutter(
        str(REPOSITORY),
        directory="addons/sagemaker",
        no_input=True,
        extra_context={"project_slug": service.name, **answers},
        output_dir=str(service.parent),
        overwrite_if_exists=True,
    )


def test_it_adds_one_folder_and_changes_nothing(bake: Bake) -> None:
    """Every file of the service is as it was."""
    service = bake()
    before = contents(service)

    add(service)

    after = contents(service)
    assert {name: after[name] for name in before} == before
    assert {name.partition("/")[0] for name in after.keys() - before.keys()} == {"sagemaker"}


def test_it_has_no_hooks_and_few_prompts() -> None:
    """As the first template, for the same reason."""
    prompts = [name for name in ANSWERS if not name.startswith("_")]

    assert not (ADD_ON / "hooks").exists()
    assert set(ANSWERS["__prompts__"]) == set(prompts)
    assert len(prompts) <= 3


@pytest.mark.parametrize("architecture", ANSWERS["cpu_architecture"])
@pytest.mark.parametrize("python", ANSWERS["python_version"])
def test_answers_land_in_the_templates_and_the_image(bake: Bake, architecture: str, python: str) -> None:
    """Nothing is left to render, and function, instance and image are of one kind."""
    service = bake(cpu_architecture=architecture, python_version=python)
    add(service, cpu_architecture=architecture, python_version=python)
    added = service / "sagemaker"

    texts = {name: (added / name).read_text("utf-8") for name in ("multi-model.yaml", "direct.yaml", "Dockerfile")}

    assert not [name for name, text in texts.items() if "cookiecutter" in text]
    assert f'Runtime: "python{python}"' in texts["multi-model.yaml"]
    assert f'Architectures: ["{architecture}"]' in texts["multi-model.yaml"]
    assert f"ARG BASE=python:{python}-slim-trixie\nFROM ${{BASE}}\n" in texts["Dockerfile"]
    instance = "ml.m7g.large" if architecture == "arm64" else "ml.m5.large"
    assert all(f'Default: "{instance}"' in texts[name] for name in ("multi-model.yaml", "direct.yaml"))


def test_the_services_own_check_passes_with_it(bake: Bake) -> None:
    """The added files keep the service's rules, and are no burden to its `make check`."""
    service = bake()
    add(service)

    run(str(REPOSITORY / ".venv" / "bin" / "ruff"), "check", "--no-cache", ".", cwd=service)
    run(str(REPOSITORY / ".venv" / "bin" / "ruff"), "format", "--no-cache", "--check", "sagemaker", cwd=service)


def test_both_architectures_pass_their_own_checks_and_tests(bake: Bake) -> None:
    """Built, linted, and the same contract and client against all three."""
    service = bake()
    add(service)

    run("make", "build", cwd=service)
    run("make", "-C", "sagemaker", "check", cwd=service)
    told = run("make", "-C", "sagemaker", "test", cwd=service)

    print(told[-2_000:])
    assert " passed" in told
    assert " failed" not in told
