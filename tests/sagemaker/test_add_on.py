"""The second template: what it adds to a generated service, what it leaves alone, and that it works there."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cookiecutter.main import cookiecutter

from sparely_toolkit.local.serving import started
from tests.conftest import REPOSITORY, Bake, Equip, run, user_environment
from tests.support.api import Api

ADD_ON = REPOSITORY / "addons" / "sagemaker"
ANSWERS: dict[str, Any] = json.loads((ADD_ON / "cookiecutter.json").read_text("utf-8"))
MOST_FILES = 20
# An environment, a build and, of the thin function, the first start of containers.
START_LIMIT_S = 300


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


def test_it_adds_one_folder_and_a_wheel_and_changes_nothing(bake: Bake) -> None:
    """Every file of the service is as it was; the code comes as the other packages do."""
    service = bake()
    before = contents(service)

    add(service)

    after = contents(service)
    assert {name: after[name] for name in before} == before
    new = after.keys() - before.keys()
    (wheel,) = (name for name in new if not name.startswith("sagemaker/"))
    assert Path(wheel).match("vendor/sparely_sagemaker-*.whl")


def test_it_holds_templates_and_settings_alone(bake: Bake) -> None:
    """At most twenty files, none of them code."""
    service = bake()
    before = contents(service)

    add(service)

    new = contents(service).keys() - before.keys()
    assert len(new) <= MOST_FILES
    assert {name for name in new if name.endswith((".py", ".pyc", ".js"))} == set()


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
    instance = "ml.m6g.large" if architecture == "arm64" else "ml.m5.large"
    assert all(f'Default: "{instance}"' in texts[name] for name in ("multi-model.yaml", "direct.yaml"))


@pytest.fixture
def service(bake: Bake, equip: Equip) -> Path:
    """A service with the add-on, in an environment that has only what the locks name."""
    return equipped(bake, equip)


def equipped(bake: Bake, equip: Equip, **answers: str) -> Path:
    """The same with some of the answers that both templates are asked for."""
    service = bake(**answers)
    equip(service)
    add(service, **answers)
    return service


@pytest.mark.parametrize("architecture", ANSWERS["cpu_architecture"])
def test_its_check_and_the_services_own_are_clean(bake: Bake, equip: Equip, caches: Path, architecture: str) -> None:
    """For either processor both templates are valid, and the added files keep the service's rules."""
    service = equipped(bake, equip, cpu_architecture=architecture)

    run("make", "-C", "sagemaker", "check", cwd=service)
    run("make", "check", cwd=service, environment={**user_environment(), "MYPY_CACHE_DIR": str(caches / "mypy")})


def test_both_architectures_answer_what_the_service_answers(service: Path, tmp_path: Path) -> None:
    """The catalogue, and every area's predictions, by the commands of both READMEs."""
    own = answers(("make", "run", "PORT=0", "ARGS=--no-auth"), service, tmp_path / "own.log")

    for architecture in ("multi-model", "direct"):
        command = ("make", "-C", "sagemaker", "run", f"ARCHITECTURE={architecture}", "PORT=0")
        assert answers(command, service, tmp_path / f"{architecture}.log") == own


def answers(command: tuple[str, ...], service: Path, log: Path) -> Mapping[str, Any]:
    """What a served architecture answers, by path."""
    models = service / "src" / "models"
    rows = {
        f"/predict/{file.parts[-3]}/{file.parts[-2]}": json.loads(file.read_text("utf-8"))["instances"]
        for file in sorted(models.glob("*/*/golden.json"))
    }
    with started(command, log, folder=service, environment=user_environment(), start_limit_s=START_LIMIT_S) as server:
        api = Api(server.url)
        predictions = {path: api.call("POST", path, {"instances": each}).document for path, each in rows.items()}
        return {"/models": api.call("GET", "/models").document, **predictions}


def test_what_is_uploaded_is_built(service: Path) -> None:
    """Archives, the image's content and the thin function's package, with the code of the wheels."""
    printed = run("make", "-C", "sagemaker", "build", cwd=service)

    built = service / "sagemaker" / ".build"
    assert f"release {(built / 'archives' / 'release').read_text('utf-8')}" in printed
    assert (built / "image" / "sparely_sagemaker" / "container" / "__main__.py").is_file()
    assert (built / "multi-model" / "ProxyFunction" / "sparely_sagemaker" / "proxy" / "app.py").is_file()
    installed = service / ".venv" / "lib"
    assert list(installed.glob("python*/site-packages/sparely_sagemaker-*.dist-info"))
