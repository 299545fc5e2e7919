"""A service passes its own checks and tests, with the commands that its README names, in an environment made from nothing."""

from tests.conftest import Bake, passes


def test_the_default_service_passes_its_own_checks_and_tests(bake: Bake) -> None:
    """A new user's first `make check` and `make test` are green; services of other answers are in test_options.py."""
    passes(bake())
