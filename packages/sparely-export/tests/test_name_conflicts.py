"""A new model beside those that are there."""

import json
from pathlib import Path

import pytest

from sparely_export.features import Feature
from sparely_export.name_conflicts import NameConflict, NoName, agreeing, check_name
from support.toys import toy_manifest


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder with model toys/sum, which takes numbers a in mm and b."""
    folder = tmp_path / "toys" / "sum"
    folder.mkdir(parents=True)
    taken = {"required": True, "null": "refused"}
    features = [{"name": "a", "type": "number", "unit": "mm", **taken}, {"name": "b", "type": "integer", **taken}]
    (folder / "manifest.json").write_text(json.dumps(toy_manifest("toys", "sum", b"", features=features)))
    return tmp_path


def test_name_is_unique_across_areas(models: Path) -> None:
    """A name that another area has is refused; under its own area it is replaced."""
    check_name("toys", "sum", models)

    with pytest.raises(NameConflict, match=r"^toys/sum has the same name; model names are unique in a service\.$"):
        check_name("games", "sum", models)


def test_name_must_fit_a_route(models: Path) -> None:
    """Capitals and blanks are refused."""
    with pytest.raises(NoName, match=r'^"My Model" is no name for a route; expected small letters'):
        check_name("toys", "My Model", models)


def test_units_and_wider_types_are_taken_over(models: Path) -> None:
    """What the area's other models say of a feature holds for a new one that does not say otherwise."""
    (feature,) = agreeing([Feature(name="a", type="integer")], "toys", "product", models)

    assert (feature.type, feature.unit) == ("number", "mm")


def test_contradiction_is_told(models: Path) -> None:
    """Another type of the same feature in one area cannot be served together."""
    with pytest.raises(NameConflict) as caught:
        agreeing([Feature(name="a", type="string")], "toys", "product", models)

    assert str(caught.value) == (
        '"a" is a number of mm in another model of the area "toys" and a string of mm here; '
        "rename it, or choose another area."
    )


def test_the_model_that_is_replaced_does_not_count(models: Path) -> None:
    """A new version of a model may change its features."""
    assert agreeing([Feature(name="a", type="string")], "toys", "sum", models) == (Feature(name="a", type="string"),)


def test_a_neighbour_that_cannot_be_read_is_named(models: Path) -> None:
    """The service would not start with it either."""
    file = models / "toys" / "sum" / "manifest.json"
    file.write_text("{")

    with pytest.raises(NameConflict) as caught:
        agreeing([Feature(name="a")], "toys", "product", models)

    assert str(caught.value).startswith(
        f"A model that the new one would stand beside cannot be read. {file}: Expecting property name"
    )


def test_name_has_an_end() -> None:
    """A folder's name has 255 bytes at most; its letters are not all repeated."""
    check_name("toys", "a" * 64, None)

    with pytest.raises(NoName, match=r'^"aaaaaaaaa\.\.\." has 65 letters; a name has 64 at most\.$'):
        check_name("toys", "a" * 65, None)
