"""Every kind of service passes its own checks and tests, with the commands that its README names."""

from pathlib import Path

import pytest

from tests.conftest import APIS, REPOSITORY, SAM, Bake, Equip, run

# A service's Python files are the same for every choice (test_bake); these tests read what differs.
ABOUT_THE_API = ("built", "contract", "deployment", "hooks", "infrastructure")
# What is done with packages that a service need not have is tested once more where they are there.
ABOUT_OPTIONAL_PACKAGES = ("training/coverage", "training/frameworks", "training/trees")


def test_the_default_service_passes_its_own_checks_and_tests(bake: Bake) -> None:
    """A new user's first `make check` and `make test` are green in an environment made from nothing, and cover the code."""
    service = bake()

    run("make", "check", cwd=service)
    told = run("make", "test", "ARGS=--cov --cov-report= --cov-fail-under=0 --durations=15", cwd=service)
    covered = with_optional_packages(service)

    print(told[-4_000:], covered[-4_000:], sep="\n")
    assert " passed" in told
    assert " failed" not in told
    assert "Required test coverage" in covered


def with_optional_packages(service: Path) -> str:
    """Add the boosters and what else a service need not have, run what is about them, and judge all that was covered."""
    python = str(service / ".venv" / "bin" / "python")
    locked = str(REPOSITORY / "requirements" / "workshop.txt")
    run(str(Path(SAM).with_name("uv")), "pip", "install", "--quiet", "--python", python, "-r", locked, cwd=service)
    folders = (f"tests/{each}" for each in ABOUT_OPTIONAL_PACKAGES)
    # The long table of scikit-learn's models needs none of them and was made a moment ago.
    return run(python, "-m", "pytest", *folders, "-k", "not scikit-learn", "--cov", "--cov-append", cwd=service)


@pytest.mark.parametrize(("api", "python"), list(zip(APIS[1:], ("3.12", "3.13"), strict=True)))
def test_a_service_of_another_api_passes_what_depends_on_it(bake: Bake, equip: Equip, api: str, python: str) -> None:
    """Template, contract, hooks and the built package behind the local API are tested for every choice."""
    service = bake(api=api, python_version=python)
    equip(service)

    run("make", "build", cwd=service)
    told = run(".venv/bin/python", "-m", "pytest", *(f"tests/{each}" for each in ABOUT_THE_API), cwd=service)

    print(told[-2_000:])
    assert " passed" in told
    assert " failed" not in told
