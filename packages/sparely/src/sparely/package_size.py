"""Whether Lambda takes the package of all models with a new one: the one judge of it, for exports and bundles."""

from collections.abc import Mapping
from pathlib import Path

LIMIT_BYTES = 250 * 1024 * 1024
"""
Of a function's code, unzipped, with all its layers.

Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (read 2026-11-22).
"""

ENGINE_BYTES = 26_000_000
"""The package without models: the engine, Powertools and the code, as `make bench` measures them, rounded up."""

LARGE_BYTES = 10_000_000

SMALLER = (
    "Fewer or shallower trees, min_samples_leaf, or a simpler model make it smaller; "
    "models of another area can go to a service of their own."
)


class TooLarge(Exception):
    """With this model the package would be larger than Lambda takes."""

    def __init__(self, model: str, model_bytes: int, package_bytes: int) -> None:
        super().__init__(
            f"{model}: its {model_bytes / 1e6:.0f} MB would make the package {package_bytes / 1e6:.0f} MB, and Lambda "
            f"takes {LIMIT_BYTES / 1e6:.0f} MB. Nothing was written. {SMALLER}"
        )


def check_size(model: str, files: Mapping[str, bytes], models: Path | None) -> str | None:
    """
    Return a warning about a large model, or None.

    Args:
        model: its area and name, area/name.
        models: the folder of the models that it will lie beside, if it is known.

    Raises:
        TooLarge: Lambda would not take the package of all models.
    """
    size = sum(map(len, files.values()))
    others = [
        path
        for path in (models.glob("*/*/*") if models else ())
        if path.is_file() and path.parent.relative_to(models or "").as_posix() != model
    ]
    package = ENGINE_BYTES + size + sum(path.stat().st_size for path in others)
    if package > LIMIT_BYTES:
        raise TooLarge(model, size, package)
    if size > LARGE_BYTES:
        return f"{size / 1e6:.0f} MB is large: it is read and parsed at every cold start. {SMALLER}"
    return None
