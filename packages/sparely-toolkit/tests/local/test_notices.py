"""What is named as not emulated."""

from dataclasses import replace

from sparely_toolkit.local.notices import notices
from tests.local.conftest import Build


def test_properties_without_effect_are_named(build: Build) -> None:
    """Each property of API and function that does nothing here is named once."""
    deployment = build()
    api = replace(deployment.api, properties={"BinaryMediaTypes": ["*/*"]})
    function = replace(
        deployment.function, properties={"Layers": ["arn"], "SnapStart": {"ApplyOn": "PublishedVersions"}}
    )

    given = notices(replace(deployment, api=api, function=function))

    assert given[-1] == "Not emulated: BinaryMediaTypes, Layers, SnapStart."
