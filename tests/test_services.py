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


# That of function-url is built and tested by test_options.py too.
OTHERS = [
    ("http-jwt", "3.12"),
    ("rest-key", "3.13"),
    pytest.param("function-url", "3.13", marks=pytest.mark.soak),
]


def test_every_api_is_among_them() -> None:
    """A new choice has to be added here."""
    assert {APIS[0], "http-jwt", "rest-key", "function-url"} == {*APIS}


@pytest.mark.parametrize(("api", "python"), OTHERS)
def test_a_service_of_another_api_passes_its_own_checks_and_tests(
    bake: Bake, equip: Equip, api: str, python: str
) -> None:
    """What a template's choice changes is as clean and as right as the default."""
    service = bake(api=api, python_version=python)
    equip(service)

    passed(service)
