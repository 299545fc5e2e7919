"""What is refused before anything is sent."""

import pytest

from sparely_toolkit.deployment.deploy import TwoChanges, refuse_two_changes, unused_functions
from sparely_toolkit.deployment.stack import Stack
from sparely_toolkit.local import intrinsics
from sparely_toolkit.parameters import parameter_values
from sparely_toolkit.samconfig import Stage
from support.services import baked


def serving(provisioned: str) -> Stack:
    return Stack("s", "UPDATE_COMPLETE", {}, {"ReleaseId": "aaaaaaaaaaaa", "ProvisionedConcurrency": provisioned})


@pytest.mark.parametrize("after", ["0", "1", "3"])
def test_provisioned_concurrency_does_not_change_with_the_version(after: str) -> None:
    """Lambda refuses the one while the other goes on, and the way back too."""
    with pytest.raises(TwoChanges) as caught:
        refuse_two_changes(serving("2"), {"ReleaseId": "bbbbbbbbbbbb", "ProvisionedConcurrency": after})

    assert str(caught.value) == (
        f"ProvisionedConcurrency changes from 2 to {after} and a new version is published, and Lambda refuses the one "
        f"while the other goes on: deploy with ProvisionedConcurrency=2 first, then with {after}."
    )


@pytest.mark.parametrize(
    ("stack", "release", "after"),
    [
        (None, "bbbbbbbbbbbb", "2"),
        (serving("2"), "bbbbbbbbbbbb", "2"),
        (serving("2"), "aaaaaaaaaaaa", "0"),
        (serving("0"), "bbbbbbbbbbbb", "2"),
    ],
    ids=["first", "version alone", "concurrency alone", "provisioned for the first time"],
)
def test_one_change_is_taken(stack: Stack | None, release: str, after: str) -> None:
    """So is what an alias without provisioned concurrency gets with its next version."""
    refuse_two_changes(stack, {"ReleaseId": release, "ProvisionedConcurrency": after})


@pytest.mark.parametrize(("batch", "expected"), [("off", ["BatchFunction"]), ("S3", [])])
def test_no_image_is_uploaded_for_a_function_that_is_not_made(batch: str, expected: list[str]) -> None:
    """Of the service's own template, by its parameter."""
    template = intrinsics.read(baked().template)
    parameters = parameter_values(template, {"Batch": batch})

    assert unused_functions(template, Stage(stack_name="s"), parameters) == expected
