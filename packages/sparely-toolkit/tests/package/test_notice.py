"""Whoever passes the package on passes the licences of others on: named in NOTICE, with their texts."""

from email.message import Message
from importlib.metadata import Distribution as Installed
from pathlib import Path

import pytest

from sparely_toolkit.package.distributions import Distribution, declared_licence, shipped_distributions
from sparely_toolkit.package.engine_library import ENGINE
from sparely_toolkit.package.notice import write_notice
from sparely_toolkit.package.target import Target
from sparely_toolkit.project import Project


def locked(requirements: Path) -> list[str]:
    """What a requirements file pins, as `name==version` in lower case."""
    lines = requirements.read_text("utf-8").splitlines()
    return [line.split()[0].lower() for line in lines if "==" in line]


def test_notice_names_everything_that_is_locked_for_the_package(built: tuple[Path, Target], project: Project) -> None:
    """Each distribution with the version that the lock pins."""
    entries = (built[0] / "NOTICE").read_text("utf-8").split("\n\n")[1:]

    named = [entry.splitlines()[0].replace(" ", "==").replace("_", "-").lower() for entry in entries]
    assert named == sorted(locked(project.requirements / "lambda.txt") + locked(ENGINE))


def test_notice_names_every_text_and_every_text_ships(built: tuple[Path, Target]) -> None:
    """No entry is without a text, and no text is without an entry."""
    artifact, _ = built
    entries = (artifact / "NOTICE").read_text("utf-8").split("\n\n")[1:]

    texts = [line.removeprefix("  Text: ") for entry in entries for line in entry.splitlines() if "Text: " in line]
    assert all("  Text: licenses/" in entry for entry in entries)
    assert sorted(texts) == sorted(
        each.relative_to(artifact).as_posix() for each in (artifact / "licenses").rglob("*") if each.is_file()
    )


def test_the_texts_are_those_of_the_engine(built: tuple[Path, Target]) -> None:
    """onnxruntime's licence demands that its text goes with copies, and so do those of what is linked into it."""
    folder = built[0] / "licenses" / "onnxruntime"

    assert "MIT License" in (folder / "LICENSE").read_text("utf-8")
    assert "protobuf" in (folder / "ThirdPartyNotices.txt").read_text("utf-8")


def test_an_entry_says_what_is_known(tmp_path: Path) -> None:
    """A wheel without a licence file or a home page is named all the same."""
    known = Distribution("with-all", "1.2", "MIT", "https://example.com", ("code.py", "licenses/with_all/LICENSE"))
    unknown = Distribution("with-nothing", "3", "not said", None, ("more.py",))

    write_notice(tmp_path, [known, unknown])

    assert (tmp_path / "NOTICE").read_text("utf-8").split("\n\n")[1:] == [
        "with-all 1.2\n  Licence: MIT\n  Home: https://example.com\n  Text: licenses/with_all/LICENSE",
        "with-nothing 3\n  Licence: not said\n  Text: none in its wheel\n",
    ]


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ([("License-Expression", "MIT OR Apache-2.0"), ("License", "MIT")], "MIT OR Apache-2.0"),
        ([("License", "MIT License"), ("Classifier", "License :: OSI Approved :: BSD License")], "MIT License"),
        ([("License", "Copyright of somebody.\nPermission ..."), ("Classifier", "License :: OSI Approved :: BSD License")], "BSD License"),
        ([("License", "x" * 101), ("Classifier", "License :: Other"), ("Classifier", "License :: Free")], "Other, Free"),
        ([("Classifier", "Programming Language :: C")], "not said"),
    ],
)  # fmt: skip
def test_a_licence_is_told_in_its_authors_words(tmp_path: Path, fields: list[tuple[str, str]], licence: str) -> None:
    """An SPDX expression first, then a name, then the classifiers; never a whole text."""
    message = Message()
    for name, value in [("Metadata-Version", "2.4"), ("Name", "some"), ("Version", "1"), *fields]:
        message[name] = value.replace("\n", "\n        ")
    (tmp_path / "some-1.dist-info").mkdir()
    (tmp_path / "some-1.dist-info" / "METADATA").write_text(str(message), "utf-8")

    assert declared_licence(Installed.at(tmp_path / "some-1.dist-info").metadata) == licence


def test_only_files_that_ship_are_a_distributions_own(tmp_path: Path) -> None:
    """What was pruned is left out; bytecode belongs to its module."""
    installed = tmp_path / "installed" / "some-1.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.4\nName: some\nVersion: 1\n", "utf-8")
    (installed / "RECORD").write_text("some.py,,\nsome_tests.py,,\nsome-1.dist-info/METADATA,,\n", "utf-8")
    for name in ("some.py", "some_tests.py"):
        (installed.parent / name).touch()
    artifact = tmp_path / "artifact"
    for name in ("some.py", "__pycache__/some.cpython-313.pyc", "licenses/some/LICENSE", "handler.py", "lib/engine.so"):
        (artifact / name).parent.mkdir(parents=True, exist_ok=True)
        (artifact / name).touch()

    (found,) = shipped_distributions(artifact, tmp_path / "installed", tmp_path / "no-engine")

    assert set(found.files) == {"some.py", "__pycache__/some.cpython-313.pyc", "licenses/some/LICENSE"}
