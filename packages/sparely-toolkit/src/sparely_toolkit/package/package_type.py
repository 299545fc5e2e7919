"""Whether a service is deployed as zips or as a container image, as Metadata.Sparely.Package of template.yaml says."""

from pathlib import Path

from sparely.package_size import IMAGE, ZIP
from sparely_toolkit import names
from sparely_toolkit.local import intrinsics
from sparely_toolkit.package.target import PackageError

FUNCTIONS = (names.FUNCTION, names.BATCH_FUNCTION)
"""Those that hold models; the checks of new versions are zips either way, for they hold answers alone."""
PLACE = f"Metadata.{names.METADATA}.{names.PACKAGE}"


class UnknownPackage(PackageError):
    """The template asks for a package that Lambda does not have."""

    def __init__(self, template: Path, value: object) -> None:
        super().__init__(f"{template.name}: {PLACE} is {value}; expected {ZIP} or {IMAGE}.")


def package_type(template: Path) -> str:
    """
    ZIP, also where nothing is said, or IMAGE.

    Args:
        template: template.yaml, or what `sam build` has made of it.

    Raises:
        UnknownPackage: it says something else.
        BrokenTemplate: it is no template.
    """
    metadata = intrinsics.read(template).get("Metadata", {}).get(names.METADATA)
    value = metadata.get(names.PACKAGE, ZIP) if isinstance(metadata, dict) else ZIP
    if value not in (ZIP, IMAGE):
        raise UnknownPackage(template, value)
    return str(value)


def is_image(template: Path) -> bool:
    """The same as an answer."""
    return package_type(template) == IMAGE
