"""Under which id a release is published that was published before."""

import re

import pytest

from sparely_toolkit.deployment.release_again import id_to_publish
from sparely_toolkit.deployment.versions import Versions

RELEASE, OTHER = "a" * 32, "b" * 32


def known(serving: int, *ids: str, named: int | None = None) -> Versions:
    """Versions from 1 on, with what SAM makes of a description."""
    published = {number: f"Answers predictions. {each}" for number, each in enumerate(ids, start=1)}
    return Versions(published=published, serving=serving, named=named or serving)


@pytest.mark.parametrize("versions", [known(1, OTHER), known(2, RELEASE, OTHER)], ids=["new", "of long ago"])
def test_a_release_that_is_not_the_newest_keeps_its_id(versions: Versions) -> None:
    """Lambda compares with the version published last, and that one differs."""
    assert id_to_publish(RELEASE, versions) == RELEASE


def test_a_release_that_serves_keeps_its_id() -> None:
    """An unchanged rebuild publishes nothing, also where a version after it was refused."""
    assert id_to_publish(RELEASE, known(1, RELEASE)) == RELEASE
    assert id_to_publish(RELEASE, known(1, RELEASE, OTHER)) == RELEASE


def test_a_refused_release_gets_another_id() -> None:
    """Always the same, of the form that the template takes."""
    refused = known(1, OTHER, RELEASE)

    found = id_to_publish(RELEASE, refused)

    assert found != RELEASE
    assert re.fullmatch("[0-9a-f]{32}", found)
    assert id_to_publish(RELEASE, refused) == found


def test_a_release_refused_twice_gets_a_third_id() -> None:
    """Each time by the number of the version that stays."""
    second = id_to_publish(RELEASE, known(1, OTHER, RELEASE))

    third = id_to_publish(RELEASE, known(1, OTHER, RELEASE, second))

    assert len({RELEASE, second, third}) == 3


def test_a_release_that_serves_under_another_id_keeps_that() -> None:
    """It was refused once, then went through."""
    second = id_to_publish(RELEASE, known(1, OTHER, RELEASE))

    assert id_to_publish(RELEASE, known(3, OTHER, RELEASE, second)) == second


@pytest.mark.parametrize(
    "versions",
    [known(1, OTHER, RELEASE, named=2), known(1, OTHER, RELEASE, OTHER, named=2), known(1, RELEASE, RELEASE, named=2)],
    ids=["newest", "one was refused after it", "the same content serves"],
)
def test_a_release_that_was_rolled_back_by_hand_gets_another_id(versions: Versions) -> None:
    """The stack still names it, so under its own id nothing would change."""
    assert id_to_publish(RELEASE, versions) != RELEASE
