"""What a package and a model in it may weigh."""

from sparely.bundle import MODEL
from sparely.package_size import BASE_IMAGE_BYTES, IMAGE_LIMIT_BYTES, MODEL_LIMIT_BYTES, SWITCH, over_two_gigabytes
from sparely_toolkit.package.measure import Weight
from sparely_toolkit.package.target import LARGEST_UNZIPPED_BYTES, TooLarge
from sparely_toolkit.project import Project


def check_weight(weight: Weight) -> None:
    """
    Hold a package against what Lambda takes of a zip, or of a container image.

    Raises:
        TooLarge: it is more.
    """
    if weight.zipped and weight.unzipped > LARGEST_UNZIPPED_BYTES:
        raise TooLarge(f"{weight} is more than Lambda's 250 MB; take models or requirements out. {SWITCH}")
    if weight.unzipped > IMAGE_LIMIT_BYTES - BASE_IMAGE_BYTES:
        raise TooLarge(f"{weight} is more than Lambda's 10 GB of a container image, of which AWS' base image has some.")


def check_models(project: Project) -> None:
    """
    Look at each model's size before anything is copied.

    Raises:
        TooLarge: one is larger than its format allows, which the engine says in words of its own.
    """
    for file in sorted(project.models.glob(f"*/*/{MODEL}")):
        if (size := file.stat().st_size) > MODEL_LIMIT_BYTES:
            area, name = file.parts[-3:-1]
            raise TooLarge(f"src/models/{area}/{name}: {over_two_gigabytes(size)}")
