"""Whether Lambda takes the package of all models with a new one: the one judge of it, for exports and bundles."""

from collections.abc import Mapping
from pathlib import Path

ZIP, IMAGE = "zip", "image"
"""The two forms of a function's code at Lambda, as `Metadata.Sparely.Package` of a template names them."""

LIMIT_BYTES = 250 * 1024 * 1024
"""
Of a function's code, unzipped, with all its layers.

Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (read 2026-11-22).
"""

IMAGE_LIMIT_BYTES = 10 * 1024 * 1024 * 1024
"""Of a container image, uncompressed, with all its layers. Source: the same page (read 2026-11-29)."""

MODEL_LIMIT_BYTES = 2**31 - 1
"""Of one model: ONNX is a message of protobuf. Source: https://protobuf.dev/programming-guides/proto-limits/."""

ENGINE_BYTES = 26_000_000
"""The package without models: the engine, Powertools and the code, as `make bench` measures them, rounded up."""

BASE_IMAGE_BYTES = 1_000_000_000
"""What is kept free in an image for AWS' base image of Python, which has some hundred MB."""

LARGE_BYTES = 10_000_000

SMALLER = (
    "Fewer or shallower trees, min_samples_leaf, or a simpler model make it smaller; "
    "models of another area can go to a service of their own."
)
NOT_WRITTEN = "Nothing was written."
SWITCH = (
    "As a container image it may have 10 GB: `Package: image` under Metadata.Sparely of template.yaml "
    "(`sparely docs large-models`)."
)
"""What the sentence that refuses a zip points to."""


class TooLarge(Exception):
    """
    With this model the package would be larger than Lambda takes, or the model than ONNX.

    Attributes:
        reason: the sentence without what was done, and what makes a model smaller.
    """

    def __init__(self, model: str, reason: str, advice: str = "") -> None:
        self.reason = f"{model}: {reason}{f' {advice}' if advice else ''}"
        super().__init__(f"{self.reason} {NOT_WRITTEN} {SMALLER}")


def check_size(model: str, files: Mapping[str, bytes], models: Path | None, package: str | None = ZIP) -> str | None:
    """
    Return a warning about a large model, or None.

    Args:
        model: its area and name, area/name.
        models: the folder of the models that it will lie beside, if it is known.
        package: ZIP or IMAGE, as the service has it; None where it is not known which service takes the model.

    Raises:
        TooLarge: Lambda would not take the package of all models, or ONNX not the model.
    """
    size = sum(map(len, files.values()))
    largest = max(map(len, files.values()), default=0)
    if largest > MODEL_LIMIT_BYTES:
        raise TooLarge(model, over_two_gigabytes(largest))
    others = [
        path
        for path in (models.glob("*/*/*") if models else ())
        if path.is_file() and path.parent.relative_to(models or "").as_posix() != model
    ]
    whole = ENGINE_BYTES + size + sum(path.stat().st_size for path in others)
    if package != ZIP and whole > IMAGE_LIMIT_BYTES - BASE_IMAGE_BYTES:
        raise TooLarge(model, _too_much(size, whole, IMAGE_LIMIT_BYTES, "in a container image, AWS' part included"))
    if whole > LIMIT_BYTES and package == ZIP:
        raise TooLarge(model, _too_much(size, whole, LIMIT_BYTES, "as a zip"), SWITCH)
    if whole > LIMIT_BYTES and package is None:
        return f"{size / 1e6:.0f} MB are more than Lambda takes as a zip. {SWITCH} {SMALLER}"
    if size > LARGE_BYTES:
        return f"{size / 1e6:.0f} MB is large: it is read and parsed at every cold start. {SMALLER}"
    return None


def over_two_gigabytes(size: int | None = None) -> str:
    """The sentence about a model that no ONNX file holds; its size in bytes, where it is known."""
    has = "has" if size is None else f"has {size / 1e9:.1f} GB, and that is"
    return f"as ONNX it {has} more than 2 GB, the most that one file of that format holds (a limit of protobuf)."


def _too_much(size: int, whole: int, limit: int, form: str) -> str:
    return (
        f"its {size / 1e6:.0f} MB would make the package {whole / 1e6:.0f} MB, and Lambda takes "
        f"{limit / 1e6:.0f} MB {form}."
    )
