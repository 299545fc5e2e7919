"""What the add-on brought to a service, and what its commands leave there: the one place that knows its files."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from shlex import quote

from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project

FOLDER = "sagemaker"


class Architecture(StrEnum):
    """What the add-on has beside the service's own architecture, each a template of this name."""

    MULTI_MODEL = "multi-model"
    DIRECT = "direct"


class Calls(StrEnum):
    """The thin function's parameter: one call of the endpoint for all models of an area, or one for each model."""

    AREA = "area"
    MODEL = "model"


class NoAddOn(Problem):
    """The add-on was not added to the service."""

    def __init__(self, project: Project) -> None:
        super().__init__(f"{project.root} has no folder {FOLDER}/; {adding(project)} adds it.")


def adding(project: Project, answers: str = "") -> str:
    """
    The command that adds the add-on to a service, as the end of a sentence; in a clone of sparely.

    Args:
        answers: to the add-on's questions, for where it is there already and is written anew.
    """
    make = f"make new ADDON={FOLDER} SERVICE={quote(str(project.root))}{' ARGS=--force' if answers else ''}"
    if not answers:
        return f"`{make}` in a clone of sparely"
    place = f"--output-dir {quote(str(project.root.parent))} project_slug={quote(project.name)}"
    other = f"cookiecutter . --directory addons/{FOLDER} --no-input --overwrite-if-exists {place} {answers}"
    return f"in a clone of sparely, `{make}`, or `{other}`"


@dataclass(frozen=True, slots=True)
class AddOn:
    """
    The SageMaker architectures of one service.

    Attributes:
        project: the service that they were added to.
    """

    project: Project

    @classmethod
    def of(cls, project: Project) -> "AddOn":
        """
        Find it in a service.

        Raises:
            NoAddOn: it was not added.
        """
        add_on = cls(project)
        if not add_on.root.is_dir():
            raise NoAddOn(project)
        return add_on

    @property
    def root(self) -> Path:
        """The folder that was added."""
        return self.project.root / FOLDER

    def template(self, architecture: Architecture) -> Path:
        """HTTP API, thin function and multi-model endpoint, or a REST API whose mapping templates ask an endpoint."""
        return self.root / f"{architecture}.yaml"

    @property
    def dockerfile(self) -> Path:
        """The container's image, from its content."""
        return self.root / "Dockerfile"

    @property
    def container_requirements(self) -> Path:
        """What the image has beside what the service's function has."""
        return self.root / "container.txt"

    @property
    def built(self) -> Path:
        """Where all commands leave their files."""
        return self.root / ".build"

    @property
    def archives(self) -> Path:
        """model.tar.gz by model, area and service."""
        return self.built / "archives"

    @property
    def release(self) -> Path:
        """The archives' digest, which names the prefix that they are uploaded under."""
        return self.archives / "release"

    @property
    def image(self) -> Path:
        """The image's content."""
        return self.built / "image"

    @property
    def image_tag(self) -> Path:
        """The tag of the image that was made last."""
        return self.built / "image-tag"

    @property
    def thin_template(self) -> Path:
        """multi-model.yaml with the thin function's package, as `sam build` leaves it."""
        return self.built / "multi-model" / "template.yaml"

    @property
    def endpoint_log(self) -> Path:
        """What the containers print while an architecture is served."""
        return self.built / "endpoint.log"

    @property
    def comparison(self) -> Path:
        """Table and picture of the last comparison."""
        return self.built / "compare"
