"""A service's folder: the one place that knows where its template, models, reports and programs are."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from sparely.bundle import GOLDEN_SERVICE
from sparely_toolkit.problems import Problem

VARIABLE = "SPARELY_SERVICE"
"""Names the service's folder for programs that `sparely` starts, such as pytest and Locust."""


class NoProject(Problem):
    """There is no service where a command looks for one."""

    def __init__(self, start: Path) -> None:
        if not start.exists():
            super().__init__(f"There is no folder {start}; expected a service's.")
            return
        super().__init__(
            f"{start} is not in a service: neither it nor a folder above holds template.yaml and src/handler/app.py. "
            "Go there, or name it: sparely --service DIR."
        )


class NotText(Problem):
    """A file of the service is not text."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is no text in UTF-8; save it as such.")


def text_of(file: Path) -> str:
    """
    Read a file that its owner may have written.

    Raises:
        NotText: it is none.
    """
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise NotText(file) from None


@dataclass(frozen=True, slots=True)
class Project:
    """
    One service.

    Attributes:
        root: its folder, absolute.
    """

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Project":
        """
        Find the service that a folder belongs to.

        Args:
            start: the service's folder or one below it; otherwise SPARELY_SERVICE, or where the command runs.

        Raises:
            NoProject: there is none.
        """
        place = (start or Path(os.environ.get(VARIABLE) or Path.cwd())).resolve()
        for folder in (place, *place.parents):
            if (folder / "template.yaml").is_file() and (folder / "src" / "handler" / "app.py").is_file():
                return cls(folder)
        raise NoProject(place)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.root.name

    @property
    def template(self) -> Path:
        """template.yaml as its owner edits it."""
        return self.root / "template.yaml"

    @property
    def samconfig(self) -> Path:
        """samconfig.toml: its stages."""
        return self.root / "samconfig.toml"

    @property
    def source(self) -> Path:
        """What ships, or decides what ships."""
        return self.root / "src"

    @property
    def models(self) -> Path:
        """The folder of <area>/<model>/."""
        return self.source / "models"

    @property
    def golden_service(self) -> Path:
        """What the service's own steps change in golden answers; written by `sparely golden`."""
        return self.models / GOLDEN_SERVICE

    @property
    def requirements(self) -> Path:
        """What is locked: lambda, dev and export, each as .in and .txt."""
        return self.root / "requirements"

    @property
    def vendor(self) -> Path:
        """Our packages as wheels."""
        return self.root / "vendor"

    @property
    def unpacked(self) -> Path:
        """Our packages' sources, where `sparely unpack` has put them; they then count instead of the wheels."""
        return self.root / "packages"

    @property
    def openapi(self) -> Path:
        """The contract; written by `sparely contract`."""
        return self.root / "openapi.yaml"

    @property
    def events(self) -> Path:
        """Sample events; written by `sparely contract`."""
        return self.root / "events"

    @property
    def readme(self) -> Path:
        """Its README, in which `sparely contract` writes the table of models."""
        return self.root / "README.md"

    @property
    def built(self) -> Path:
        """What `sam build` leaves: template.yaml and a folder a function."""
        return self.root / ".aws-sam" / "build"

    @property
    def built_template(self) -> Path:
        """The template that is served, rehearsed and deployed."""
        return self.built / "template.yaml"

    @property
    def reports(self) -> Path:
        """Where load tests, plans and rehearsals leave what they found."""
        return self.root / "reports"

    @property
    def traffic(self) -> Path:
        """How often each route is asked by a load test."""
        return self.root / "loadtest" / "traffic.toml"

    @property
    def thresholds(self) -> Path:
        """What a load test must keep."""
        return self.root / "loadtest" / "thresholds.toml"

    @property
    def profiles(self) -> Path:
        """Courses of a day's traffic, for the plan."""
        return self.root / "loadtest" / "profiles"

    @property
    def locustfile(self) -> Path:
        """What a load test's clients do."""
        return self.root / "loadtest" / "locustfile.py"

    @property
    def export_environment(self) -> Path:
        """The virtual environment that holds the training libraries; made when a model is first added."""
        return self.root / ".venv-export"

    def program(self, name: str) -> Path:
        """A program that came with the toolkit, such as `sam`: it lies beside the interpreter that runs this."""
        return Path(sys.executable).with_name(name)
