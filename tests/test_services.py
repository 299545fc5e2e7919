"""Every kind of service passes its own checks and tests, with the commands that its README names."""

from pathlib import Path

import pytest

from tests.conftest import APIS, Bake, Equip, run


def passed(service: Path) -> None:
    """`make check` and `make test` are green, and nothing was left out; what took longest is shown."""
    run("make", "check", cwd=service)
    printed = run("make", "test", "ARGS=--durations=5", cwd=service)

    print(printed[-2_000:])
    assert (" passed" in printed, " failed" in printed, " skipped" in printed) == (True, False, False)


def test_the_default_service_passes_its_own_checks_and_tests(bake: Bake) -> None:
    """A new user's first `make check` and `make test` are green in an environment made from nothing."""
    passed(bake())


@pytest.mark.parametrize(("api", "python"), list(zip(APIS[1:], ("3.12", "3.13", "3.13"), strict=True)))
def test_a_service_of_another_api_passes_its_own_checks_and_tests(
    bake: Bake, equip: Equip, api: str, python: str
) -> None:
    """What a template's choice changes is as clean and as right as the default."""
    service = bake(api=api, python_version=python)
    equip(service)

    passed(service)
