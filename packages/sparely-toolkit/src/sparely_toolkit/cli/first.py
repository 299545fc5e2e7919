"""What a command needs to have been built before."""

from sparely_toolkit.cli.progress import step
from sparely_toolkit.project import Project


def build_first(project: Project) -> bool:
    """
    Build what a command is about to serve, play or deploy, and show that it takes a while.

    Returns:
        Whether it was built anew; it is not where nothing that ships has changed.
    """
    from sparely_toolkit.package.sam_build import ensure_built

    with step("Building the Lambda package"):
        return ensure_built(project)


def image_first(project: Project) -> str:
    """Make the container image of what is built, unless it is there, and return its name."""
    from sparely_toolkit.package.image import ensure_image

    with step("Making the container image"):
        return ensure_image(project)
