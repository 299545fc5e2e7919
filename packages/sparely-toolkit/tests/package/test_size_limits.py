"""What a package and a model in it may weigh."""

import pytest

from sparely_toolkit.package.measure import Weight
from sparely_toolkit.package.size_limits import check_models, check_weight
from sparely_toolkit.package.target import TooLarge
from sparely_toolkit.project import Project


def test_a_zip_above_the_limit_points_to_the_image() -> None:
    """With the line to write and the page."""
    with pytest.raises(TooLarge) as caught:
        check_weight(Weight(9_000_000, 300_000_000, 7))

    assert str(caught.value) == (
        "9.0 MB zipped, 300.0 MB unzipped, 7 files is more than Lambda's 250 MB; take models or requirements out. As a "
        "container image it may have 10 GB: `Package: image` under Metadata.Sparely of template.yaml (`sparely docs "
        "large-models`)."
    )


def test_an_image_has_room_for_it_and_a_limit_of_its_own() -> None:
    """10 GB, of which AWS' base image has some."""
    check_weight(Weight(0, 9_000_000_000, 7))

    with pytest.raises(TooLarge, match="10 GB of a container image"):
        check_weight(Weight(0, 10_000_000_000, 7))


def test_a_model_that_no_onnx_file_holds_is_named(copied: Project) -> None:
    """Before anything is built; the engine would say it in words of its own."""
    model = copied.models / "shop" / "churn" / "model.onnx"
    model.parent.mkdir(parents=True)
    with model.open("wb") as file:
        file.truncate(2**31)

    with pytest.raises(TooLarge) as caught:
        check_models(copied)

    assert str(caught.value) == (
        "src/models/shop/churn: as ONNX it has 2.1 GB, and that is more than 2 GB, the most that one file of that "
        "format holds (a limit of protobuf)."
    )
