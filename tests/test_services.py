"""Every kind of service passes its own checks and tests, with the commands that its README names."""

import pytest

from tests.conftest import APIS, Bake, run


@pytest.mark.parametrize("api", APIS)
def test_a_service_passes_its_own_checks_and_tests(bake: Bake, api: str) -> None:
    """A new user's first `make check` and `make test` are green, in an environment made from nothing."""
    service = bake(api=api)

    run("make", "check", cwd=service)
    told = run("make", "test", cwd=service)

    print(told[-2_000:])
    assert " passed" in told
    assert " failed" not in told
