"""Every kind of service passes its own checks and tests, with the commands that its README names."""

import pytest

from tests.conftest import APIS, Bake, run

# A service's Python files are the same for every api choice (test_bake); these tests read what differs.
ABOUT_THE_API = ("built", "contract", "deployment", "hooks", "infrastructure")


def test_the_default_service_passes_its_own_checks_and_tests(bake: Bake) -> None:
    """A new user's first `make check` and `make test` are green, in an environment made from nothing."""
    service = bake()

    run("make", "check", cwd=service)
    told = run("make", "test", cwd=service)

    print(told[-2_000:])
    assert " passed" in told
    assert " failed" not in told


@pytest.mark.parametrize("api", APIS[1:])
def test_a_service_of_another_api_passes_what_depends_on_it(bake: Bake, api: str) -> None:
    """Template, contract, hooks and the built package behind the local API are tested for every choice."""
    service = bake(api=api)

    run("make", "check", "build", cwd=service)
    told = run(".venv/bin/python", "-m", "pytest", *(f"tests/{each}" for each in ABOUT_THE_API), cwd=service)

    print(told[-2_000:])
    assert " passed" in told
    assert " failed" not in told
