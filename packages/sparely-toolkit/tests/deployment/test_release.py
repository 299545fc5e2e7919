"""What makes a release another one, and under which id one is published that was published before."""

import os
import re
from pathlib import Path

import pytest

from sparely_toolkit.deployment.built import read_template
from sparely_toolkit.deployment.release import id_to_publish, release_id
from sparely_toolkit.deployment.stack import Versions
from sparely_toolkit.parameters import parameter_values
from sparely_toolkit.problems import Problem


def digest(template: Path, **given: str) -> str:
    return release_id(template, "service-dev", parameter_values(read_template(template), given))


def edited(template: Path, old: str, new: str) -> Path:
    assert old in template.read_text()
    template.write_text(template.read_text().replace(old, new))
    return template


def test_it_is_what_the_template_takes(built: Path) -> None:
    """Hex digits, of which SAM takes the first ten into a logical id."""
    assert re.fullmatch("[0-9a-f]{32}", digest(built))


def test_an_unchanged_package_keeps_it(built: Path) -> None:
    """Times and modes of files, which another checkout or a rebuild changes, do not count."""
    before = digest(built)
    file = built.parent / "PredictFunction" / "handler" / "app.py"
    file.chmod(0o600)
    os.utime(file, (0, 0))

    assert digest(built) == before


@pytest.mark.parametrize("given", [{"MemorySize": "1024"}, {"LogLevel": "DEBUG"}])
def test_a_changed_parameter_value_changes_it(built: Path, given: dict[str, str]) -> None:
    """Also one that only a condition looks at."""
    assert digest(built, **given) != digest(built)


@pytest.mark.parametrize(
    "given", [{"MemorySize": "512"}, {"Reserved": "5"}, {"LogLevel": "ERROR"}, {"ReleaseId": "f" * 32}]
)
def test_what_no_version_holds_keeps_it(built: Path, given: dict[str, str]) -> None:
    """The default given by hand, reserved concurrency, a level that resolves to the same, the last release id."""
    assert digest(built, **given) == digest(built)


@pytest.mark.parametrize(("old", "new"), [("MODE: plain", "MODE: fancy"), ("Timeout: 15", "Timeout: 16")])
def test_a_changed_property_changes_it(built: Path, old: str, new: str) -> None:
    """Environment values and what SAM's own hash leaves out."""
    before = digest(built)

    assert digest(edited(built, old, new)) != before


def test_a_changed_file_changes_it(built: Path) -> None:
    """One byte of code or of a model is a release."""
    before = digest(built)
    (built.parent / "PredictFunction" / "handler" / "app.py").write_text("# other\n")

    assert digest(built) != before


def test_a_renamed_file_changes_it(built: Path) -> None:
    """The same bytes under another name are another package."""
    before = digest(built)
    file = built.parent / "PredictFunction" / "handler" / "app.py"
    file.rename(file.with_name("main.py"))

    assert digest(built) != before


def test_functions_without_alias_do_not_count(built: Path) -> None:
    """A changed check is deployed, but publishes no version of the service."""
    before = digest(built)
    (built.parent / "Check" / "handler" / "app.py").write_text("# other\n")

    assert digest(edited(built, "MemorySize: 128", "MemorySize: 256")) == before


def test_a_missing_package_is_told(built: Path) -> None:
    """The sentence says what to do."""
    template = edited(built, "CodeUri: PredictFunction", "CodeUri: Nowhere")

    with pytest.raises(Problem, match=r"^Nowhere is not built; `make build` does it\.$"):
        digest(template)


RELEASE, OTHER = "a" * 32, "b" * 32


def known(serving: int, *ids: str, named: int | None = None) -> Versions:
    """Versions from 1 on, with what SAM makes of a description."""
    published = {number: f"Answers predictions. {each}" for number, each in enumerate(ids, start=1)}
    return Versions(published=published, serving=serving, named=named or serving)


@pytest.mark.parametrize("versions", [known(1, OTHER), known(2, RELEASE, OTHER)], ids=["new", "of long ago"])
def test_a_release_that_is_not_the_newest_keeps_its_id(versions: Versions) -> None:
    """Lambda compares with the version published last, and that one differs."""
    assert id_to_publish(RELEASE, versions) == RELEASE


def test_a_release_that_serves_keeps_its_id() -> None:
    """An unchanged rebuild publishes nothing, also where a version after it was refused."""
    assert id_to_publish(RELEASE, known(1, RELEASE)) == RELEASE
    assert id_to_publish(RELEASE, known(1, RELEASE, OTHER)) == RELEASE


def test_a_refused_release_gets_another_id() -> None:
    """Always the same, of the form that the template takes."""
    refused = known(1, OTHER, RELEASE)

    found = id_to_publish(RELEASE, refused)

    assert found != RELEASE
    assert re.fullmatch("[0-9a-f]{32}", found)
    assert id_to_publish(RELEASE, refused) == found


def test_a_release_refused_twice_gets_a_third_id() -> None:
    """Each time by the number of the version that stays."""
    second = id_to_publish(RELEASE, known(1, OTHER, RELEASE))

    third = id_to_publish(RELEASE, known(1, OTHER, RELEASE, second))

    assert len({RELEASE, second, third}) == 3


def test_a_release_that_serves_under_another_id_keeps_that() -> None:
    """It was refused once, then went through."""
    second = id_to_publish(RELEASE, known(1, OTHER, RELEASE))

    assert id_to_publish(RELEASE, known(3, OTHER, RELEASE, second)) == second


@pytest.mark.parametrize(
    "versions",
    [known(1, OTHER, RELEASE, named=2), known(1, OTHER, RELEASE, OTHER, named=2), known(1, RELEASE, RELEASE, named=2)],
    ids=["newest", "one was refused after it", "the same content serves"],
)
def test_a_release_that_was_rolled_back_by_hand_gets_another_id(versions: Versions) -> None:
    """The stack still names it, so under its own id nothing would change."""
    assert id_to_publish(RELEASE, versions) != RELEASE


def test_another_image_is_another_release(built: Path) -> None:
    """Its tag is the digest of all that is in it, of AWS' part too; as a zip it is another again."""
    parameters = parameter_values(read_template(built), {})
    made = [release_id(built, "service-dev", parameters, image) for image in (None, "a:1", "a:2", "b:2")]

    assert len({*made}) == 3
    assert made[2] == made[3]
