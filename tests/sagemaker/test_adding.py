"""`make new ADDON=sagemaker SERVICE=...`: the add-on in a service, made for what the service is; and out again."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands.documents import README, as_written
from tests.conftest import CHECKED, REPOSITORY, TEMPLATE, Bake, Equip, differing, files, run, user_environment
from tests.sagemaker.test_add_on import add, contents

ARCHITECTURES = REPOSITORY / "docs" / "architectures.md"
ADD_ON_README = REPOSITORY / "addons" / "sagemaker" / TEMPLATE.name / "sagemaker" / "README.md"


def new(*arguments: str, service: Path | str) -> subprocess.CompletedProcess[str]:
    """Run the command in this repository."""
    command = ["make", "--no-print-directory", "new", "ADDON=sagemaker", f"SERVICE={service}", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=user_environment(), capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("python", "architecture"), [("3.12", "arm64"), ("3.14", "x86_64")])
def test_python_and_processor_are_the_services(bake: Bake, python: str, architecture: str) -> None:
    """Nothing is asked, and what is added is what cookiecutter adds with the same answers."""
    answers = {"python_version": python, "cpu_architecture": architecture}
    service = bake(project_slug="mine {and} yours", **answers)
    other = Path(shutil.copytree(service, service.parent / "other" / service.name))
    add(other, **answers)

    done = new(service=service)

    assert done.returncode == 0, done.stderr
    assert differing(service, other) == set()
    assert done.stdout.splitlines()[-1] == (
        f"{service}/sagemaker is made, for Python {python} and {architecture} as template.yaml says. "
        "In the service `make -C sagemaker` lists what it can do, and sagemaker/README.md says it at length."
    )


def test_the_readmes_line_adds_it(bake: Bake) -> None:
    """With the name of one's own service; docs/architectures.md has the same command."""
    service = bake()
    before = files(service)
    command = as_written(README, "make new ADDON=sagemaker")

    run("bash", "-c", command.replace("../my-service", str(service)), cwd=REPOSITORY)

    assert {name.partition("/")[0] for name in files(service) - before} == {"sagemaker", "vendor"}
    assert as_written(ARCHITECTURES, "make new ADDON=sagemaker") == command


def test_a_folder_that_is_no_service_is_refused(tmp_path: Path) -> None:
    """One that is not there, one that is empty, one within a service; nothing is made."""
    for folder in ("none", "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        done = new(service=tmp_path / folder)

        assert done.returncode == 2
        assert done.stderr.splitlines()[0] == (
            f"{tmp_path / folder} is no service, and nothing was added: it has no template.yaml and "
            "src/handler/app.py. Name the folder of one by SERVICE=FOLDER."
        )
    assert [each.name for each in tmp_path.rglob("*")] == ["empty"]


def test_a_folder_within_a_service_is_refused(bake: Bake) -> None:
    """It is not the service's."""
    service = bake()
    before = files(service)

    assert " is no service, and nothing was added: " in new(service=service / "src").stderr
    assert files(service) == before


def test_a_service_must_be_named(bake: Bake) -> None:
    """And an add-on that there is, and nothing that the service answers itself."""
    service = bake()
    wrong = [
        (new(service=""), "Name the service's folder: make new ADDON=sagemaker SERVICE=../my-service."),
        (new("ADDON=batch", service=service), 'There is no add-on "batch". Available: sagemaker.'),
        (
            new("ARGS=python_version=3.12", service=service),
            f"python_version=3.12 is no argument here: all answers come from {service}/template.yaml; "
            "there is --force alone.",
        ),
    ]

    assert [(done.returncode, done.stderr.splitlines()[0]) for done, _ in wrong] == [(2, said) for _, said in wrong]
    assert not (service / "sagemaker").exists()


def test_what_is_there_is_written_anew_by_force_alone(bake: Bake) -> None:
    """An add-on for another Python becomes one for the service's; an older wheel of it goes."""
    service = bake(python_version="3.12")
    add(service, python_version="3.14")
    (service / "vendor" / "sparely_sagemaker-0.0.1-py3-none-any.whl").touch()

    refused = new(service=service)
    done = new("ARGS=--force", service=service)

    assert refused.returncode == 2
    assert refused.stderr.splitlines()[0] == (
        f"{service}/sagemaker is there already; ARGS=--force writes all of it anew, over what was changed in it."
    )
    assert done.returncode == 0, done.stderr
    assert 'Runtime: "python3.12"' in (service / "sagemaker" / "multi-model.yaml").read_text("utf-8")
    assert len([*service.glob("vendor/sparely_sagemaker-*.whl")]) == 1


def test_a_service_with_other_packages_is_told_to_upgrade(bake: Bake) -> None:
    """What the add-on is locked with would not be in its vendor/."""
    service = bake()
    (wheel,) = service.glob("vendor/sparely-*.whl")
    wheel.rename(wheel.with_name("sparely-0.0.1-py3-none-any.whl"))

    done = new(service=service)

    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        f"{service}/vendor does not have {wheel.name}, which the add-on of this clone was made with: bring both to one "
        f"version first, there by `make upgrade WHEELS={REPOSITORY}`."
    )
    assert not (service / "sagemaker").exists()


def test_the_pages_commands_find_what_they_need(bake: Bake) -> None:
    """One typed after the other, from the clone on; how it is served then, test_add_on.py shows."""
    service = bake()
    block = as_written(ARCHITECTURES, "make new ADDON=sagemaker SERVICE=../my-service\ncd ../my-service\nmake -C")

    script = block.replace("../my-service", str(service)).replace("make -C", "make --dry-run -C")

    printed = run("bash", "-ec", script, cwd=REPOSITORY)
    assert printed.splitlines()[-2].endswith("sparely sagemaker run multi-model --port 3000 ")


def test_it_is_taken_away_again(bake: Bake, equip: Equip) -> None:
    """By the commands of its README; every file is as it was, and the service's check is clean."""
    service = bake()
    equip(service)
    before = contents(service)
    assert new(service=service).returncode == 0

    run("bash", "-ec", as_written(ADD_ON_README, "rm -r sagemaker"), cwd=service)
    run("make", "lock", cwd=service)

    assert contents(service) == before
    assert run("make", "--no-print-directory", "check", cwd=service).endswith(CHECKED)
