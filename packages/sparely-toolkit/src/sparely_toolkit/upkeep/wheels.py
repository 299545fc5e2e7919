"""Wheels of our packages, as vendor/ has them: their names, versions and metadata."""

import configparser
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path

from packaging.version import Version

from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.upkeep.locks import OURS

_TEMPLATE = "{{cookiecutter.project_slug}}"
"""What a clone of sparely calls the folder of a service, in the template and in each add-on."""


class NoFolder(Problem):
    """What should hold wheels is not there."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"There is no folder {folder}; name one, a newer clone of sparely or a folder of wheels; "
            'others by ARGS="--wheels OTHER".'
        )


class NoWheel(Problem):
    """A folder lacks the wheel of a package."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, folders: Sequence[Path], name: str) -> None:
        looked = " and ".join(map(str, folders))
        super().__init__(
            f"There is no wheel of {name} in {looked}; name a newer clone of sparely, or each folder that holds our "
            'newer packages: make upgrade WHEELS=DIR ARGS="--wheels OTHER".'
        )


@dataclass(frozen=True, slots=True)
class Wheel:
    """
    A wheel of one of our packages.

    Attributes:
        name: of the distribution, such as sparely-toolkit.
    """

    name: str
    version: Version
    file: Path

    @property
    def module(self) -> str:
        """What is imported."""
        return self.name.replace("-", "_")

    def metadata(self) -> Message:
        """Its core metadata."""
        return Parser().parsestr(self._text("METADATA"))

    def entry_points(self) -> dict[str, dict[str, str]]:
        """Its entry points by group and name."""
        parser = configparser.ConfigParser(delimiters=("=",))
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
        try:
            parser.read_string(self._text("entry_points.txt"))
        except KeyError:
            return {}
        return {group: dict(parser[group]) for group in parser.sections()}

    def backend(self) -> str:
        """The requirement of the backend that has built it."""
        _, version = Parser().parsestr(self._text("WHEEL"))["Generator"].split()
        return f"uv_build=={version}"

    def _text(self, name: str) -> str:
        with zipfile.ZipFile(self.file) as archive:
            return archive.read(f"{self.module}-{self.version}.dist-info/{name}").decode()


def places(folder: Path) -> list[Path]:
    """
    Where wheels lie that belong to a folder which somebody named: in it, and in a clone of sparely also beside it.

    There the service's lie in the template's vendor/, and those of an add-on in a vendor/ of its own; the clone may be
    named, or the template's vendor/ in it.

    Raises:
        NoFolder: it is not there.
    """
    if not folder.is_dir():
        raise NoFolder(folder)
    clone = folder.parents[1] if folder.parts[-2:] == (_TEMPLATE, "vendor") else folder
    beside = [clone / _TEMPLATE / "vendor", *sorted(clone.glob(f"addons/*/{_TEMPLATE}/vendor"))]
    return [folder, *(each for each in beside if each.is_dir() and each != folder)]


def wheels(*folders: Path) -> dict[str, Wheel]:
    """Our packages' wheels in some folders, the newest of each, by name."""
    newest: dict[str, Wheel] = {}
    for wheel in _read(file for folder in folders for file in sorted(folder.glob("*.whl"))):
        if wheel.name not in newest or newest[wheel.name].version < wheel.version:
            newest[wheel.name] = wheel
    return newest


def _read(files: Iterable[Path]) -> Iterable[Wheel]:
    for file in files:
        module, version, *_ = file.name.split("-")
        name = module.replace("_", "-")
        if name in OURS:
            yield Wheel(name, Version(version), file)
