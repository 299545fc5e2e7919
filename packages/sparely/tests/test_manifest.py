"""What is read of manifest.json before it is a model's description."""

import json

import pytest
from support.services import MODELS

from sparely.manifest import FORMAT, parse_manifest

MANIFEST = (MODELS / "winery" / "cultivar" / "manifest.json").read_text("utf-8")


def test_a_manifest_that_names_no_format_has_the_first() -> None:
    """As all that were written before there was a second."""
    assert "format" not in json.loads(MANIFEST)
    assert parse_manifest(MANIFEST).name == "cultivar"


def test_another_format_is_refused_with_the_way_out() -> None:
    """A service never guesses what a newer manifest means."""
    newer = json.dumps({**json.loads(MANIFEST), "format": FORMAT + 1})

    with pytest.raises(ValueError, match="format") as refused:
        parse_manifest(newer)

    assert str(refused.value) == (
        f"it has format {FORMAT + 1}, and this version of sparely reads {FORMAT}; `sparely upgrade` carries it over."
    )
