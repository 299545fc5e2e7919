"""What follows from the models is written as a whole or not at all, and nothing else is touched."""

import json
import shutil
from pathlib import Path

import pytest

from sparely.bundle import NoGoldenRows, read_bundles
from sparely_toolkit.contract.regenerate import Outdated, check, regenerate
from sparely_toolkit.models.calling import curl_options
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely
from support.services import OWN


@pytest.fixture
def copied(each_project: Project, tmp_path: Path) -> Project:
    """A service that a test may change."""
    root = tmp_path / "service"
    shutil.copytree(each_project.root, root, ignore=shutil.ignore_patterns(*OWN, "vendor", "requirements"))
    return Project(root)


def contents(project: Project) -> dict[str, bytes]:
    """Every file by its name."""
    files = (each for each in project.root.rglob("*") if each.is_file())
    return {each.relative_to(project.root).as_posix(): each.read_bytes() for each in files}


def remove(project: Project, path: str) -> None:
    """A model's folder, and its area's if it was the last."""
    shutil.rmtree(project.models / path)
    area = (project.models / path).parent
    if not list(area.iterdir()):
        area.rmdir()


def test_a_new_service_is_current(copied: Project, sparely: Sparely) -> None:
    """Though its title is written in other signs than a contract made anew would have."""
    before = contents(copied)

    outcome = sparely("contract", service=copied.root)

    assert (outcome.exit_code, outcome.out) == (
        ExitCode.DONE,
        "openapi.yaml and all that is made from the models was up to date.\n",
    )
    assert contents(copied) == before


def test_an_example_keeps_its_credentials_while_a_parameter_has_no_value(copied: Project) -> None:
    """What the API wants of callers cannot be known then, and whoever reads the README still has to send it."""
    lacking = "Parameters:\n  Endpoint:\n    Type: String\n"
    text = copied.template.read_text("utf-8").replace("Parameters:\n", lacking, 1)
    copied.template.write_text(text.replace("MemorySize: !Ref MemorySize", "MemorySize: !Ref Endpoint"), "utf-8")
    before = copied.readme.read_bytes()

    regenerate(copied)

    assert curl_options(copied) is None
    assert copied.readme.read_bytes() == before


@pytest.mark.parametrize("path", ["clinic/high-risk", "winery/cultivar"])
def test_a_model_that_is_gone_leaves_no_trace(copied: Project, path: str) -> None:
    """Neither in the contract nor in an event nor in README's table and example."""
    remove(copied, path)

    regenerate(copied)

    name = path.partition("/")[2]
    written = {each: text for each, text in contents(copied).items() if not each.startswith(("training/", ".github"))}
    assert [each for each, text in written.items() if name.encode() in text or name in each] == []


def test_one_model_alone_is_enough(copied: Project) -> None:
    """All examples are then its own, whatever there was before."""
    for path in ("clinic/high-risk", "clinic/progression", "winery/alcohol"):
        remove(copied, path)

    regenerate(copied)

    check(copied)
    assert "/predict/winery/cultivar" in copied.readme.read_text("utf-8")


def test_it_says_which_files_it_wrote(copied: Project, sparely: Sparely) -> None:
    """By their names from the service's folder."""
    remove(copied, "winery/alcohol")

    outcome = sparely("contract", service=copied.root)

    assert outcome.out == (
        "Written anew: openapi.yaml, README.md, events/predict-winery.json.\n"
        "Removed: events/predict-winery-alcohol.json.\n"
    )


def test_what_is_only_removed_is_not_called_written(copied: Project, sparely: Sparely) -> None:
    """As the event of an own route that is gone."""
    (copied.events / "own-partner.json").write_text((copied.events / "models.json").read_text("utf-8"), "utf-8")

    outcome = sparely("contract", service=copied.root)

    assert outcome.out == "Removed: events/own-partner.json.\n"


def test_check_says_what_is_outdated_and_changes_nothing(copied: Project, sparely: Sparely) -> None:
    """For a build server: the answer is no."""
    copied.openapi.unlink()
    (copied.events / "models.json").write_text("{}", "utf-8")
    before = contents(copied)

    outcome = sparely("contract", "--check", service=copied.root)

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.NO,
        "Not up to date with the models: openapi.yaml, events/models.json. Write them anew: make contract\n",
    )
    assert contents(copied) == before


def test_the_owners_own_events_stay(copied: Project) -> None:
    """Also one whose name begins as a sample's does, and one that was copied from a sample under another name."""
    sample = (copied.events / "predict-clinic-high-risk.json").read_text("utf-8")
    for name, text in {"predict-mine": "{}", "mine": sample}.items():
        (copied.events / f"{name}.json").write_text(text, "utf-8")

    check(copied)

    remove(copied, "clinic/high-risk")
    regenerate(copied)
    assert (copied.events / "predict-mine.json").exists()
    assert (copied.events / "mine.json").exists()


def test_a_contract_that_was_edited_is_outdated(copied: Project) -> None:
    """It is compared by what it says."""
    text = copied.openapi.read_text("utf-8")
    copied.openapi.write_text(text.replace("maxItems: 1000", "maxItems: 999", 1), "utf-8")

    with pytest.raises(Outdated, match=r"openapi\.yaml"):
        check(copied)


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ('Name: "Prediction Service"', 'Name: "Wine & more"', 'title: "Wine & more"\n'),
        ("Description: ", 'Description: "How good it is." #', 'summary: "How good it is."\n'),
    ],
)
def test_it_follows_what_the_template_says_of_the_service(copied: Project, old: str, new: str, written: str) -> None:
    """Name and sentence are those of template.yaml."""
    text = copied.template.read_text("utf-8")
    assert old in text
    copied.template.write_text(text.replace(old, new, 1), "utf-8")

    regenerate(copied)

    assert written in copied.openapi.read_text("utf-8")


def test_it_follows_how_much_may_be_asked_at_once(copied: Project) -> None:
    """MaxRows is a parameter of template.yaml; the sample that is too large asks for one row more."""
    text = copied.template.read_text("utf-8")
    head, parameter, rest = text.partition("  MaxRows:")
    copied.template.write_text(head + parameter + rest.replace("Default: 1000", "Default: 7", 1), "utf-8")

    regenerate(copied)

    assert "maxItems: 7\n" in copied.openapi.read_text("utf-8")
    sent = json.loads((copied.events / "too-many-rows.json").read_text("utf-8"))
    assert len(json.loads(sent["body"])["instances"]) == 8


def test_a_readme_is_not_needed(copied: Project) -> None:
    """It is its owner's."""
    copied.readme.unlink()

    check(copied)

    assert not copied.readme.exists()


def test_without_a_model_nothing_is_lost(copied: Project, sparely: Sparely) -> None:
    """There is no contract of nothing: what was written stays."""
    shutil.rmtree(copied.models)
    copied.models.mkdir()
    before = contents(copied)

    outcome = sparely("contract", service=copied.root)

    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err == f"{copied.models} holds no manifest.json with a golden.json beside it.\n"
    assert contents(copied) == before


def test_a_failure_while_writing_loses_nothing(copied: Project, sparely: Sparely) -> None:
    """A file is replaced as a whole or stays; no scratch file is left."""
    remove(copied, "winery/alcohol")
    shutil.rmtree(copied.events)
    copied.events.write_text("no folder", "utf-8")
    before = contents(copied)

    outcome = sparely("contract", service=copied.root)

    assert outcome.exit_code == ExitCode.LACKING
    changed = {name for name, content in contents(copied).items() if before.get(name) != content}
    assert changed <= {"openapi.yaml", "README.md"}


def test_models_that_are_to_come_can_be_told(copied: Project) -> None:
    """What follows from a change can be made before the change."""
    with pytest.raises(NoGoldenRows):
        regenerate(copied, ())

    regenerate(copied, [model for model in read_bundles(copied.models) if model.area == "winery"])

    assert "clinic" not in copied.openapi.read_text("utf-8")
