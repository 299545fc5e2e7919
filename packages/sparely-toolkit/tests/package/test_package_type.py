"""Zip or image: what template.yaml says of it."""

from pathlib import Path

import pytest

from sparely_toolkit.package.package_type import UnknownPackage, is_image, package_type
from sparely_toolkit.project import Project

RESOURCES = "Resources: {}\n"


def template(folder: Path, metadata: str) -> Path:
    file = folder / "template.yaml"
    file.write_text(f"{metadata}{RESOURCES}", "utf-8")
    return file


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ("", "zip"),
        ("Metadata: {Sparely: {Name: a}}\n", "zip"),
        ("Metadata: {Sparely: zip}\n", "zip"),
        ("Metadata: {Sparely: {Package: zip}}\n", "zip"),
        ("Metadata: {Sparely: {Package: image}}\n", "image"),
    ],
)
def test_it_is_a_zip_unless_the_template_says_otherwise(tmp_path: Path, metadata: str, expected: str) -> None:
    """An earlier template says nothing of it."""
    assert package_type(template(tmp_path, metadata)) == expected


def test_another_word_is_refused(tmp_path: Path) -> None:
    """In a sentence with both that there are."""
    with pytest.raises(UnknownPackage) as caught:
        package_type(template(tmp_path, "Metadata: {Sparely: {Package: docker}}\n"))

    assert str(caught.value) == "template.yaml: Metadata.Sparely.Package is docker; expected zip or image."


def test_a_new_service_is_a_zip_and_says_where_to_change_it(project: Project) -> None:
    """The line stands in its template."""
    assert not is_image(project.template)
    assert "Package: zip  # or image" in project.template.read_text("utf-8")
