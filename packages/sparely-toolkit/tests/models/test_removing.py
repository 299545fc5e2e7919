"""`sparely remove-model`: a model or an area goes, and leaves no trace in what is written from the models."""

import json
import shutil
from pathlib import Path

import pytest

from sparely_toolkit.contract import regenerate
from sparely_toolkit.models.removing import still_named
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely


def contents(project: Project) -> dict[str, bytes]:
    """Every file by its name."""
    files = (each for each in project.root.rglob("*") if each.is_file())
    return {each.relative_to(project.root).as_posix(): each.read_bytes() for each in files}


def traces(project: Project, word: str) -> list[str]:
    """The files that name it, but for the fitting scripts, which are their owner's."""
    return [
        name
        for name, content in contents(project).items()
        if not name.startswith("training/") and (word in name or word.encode() in content)
    ]


def test_model_leaves_no_trace(project: Project, sparely: Sparely) -> None:
    """Folder, contract, events, README's table and its example, which asked it."""
    outcome = sparely("remove-model", "--area", "clinic", "--name", "high-risk", service=project.root)

    assert outcome.exit_code == ExitCode.DONE
    assert traces(project, "high-risk") == []
    regenerate.check(project)


def test_model_that_comes_back_leaves_the_files_as_they_were(
    project: Project, sparely: Sparely, tmp_path: Path
) -> None:
    """To the byte: what is written follows from what is there, and not from how it came."""
    before = contents(project)
    shutil.copytree(project.models / "clinic" / "high-risk", tmp_path / "high-risk")

    sparely("remove-model", "--area", "clinic", "--name", "high-risk", service=project.root)
    shutil.copytree(tmp_path / "high-risk", project.models / "clinic" / "high-risk")
    sparely("contract", service=project.root)

    assert contents(project) == before


def test_area_leaves_no_trace(project: Project, sparely: Sparely) -> None:
    """With an area alone all of its models go, and the folder with them."""
    outcome = sparely("remove-model", "--area", "clinic", service=project.root)

    assert outcome.out.splitlines()[0] == "Removed clinic/high-risk, clinic/progression."
    assert traces(project, "clinic") == []
    assert [each.name for each in project.models.iterdir()] == ["winery"]


def test_area_goes_with_its_last_model(project: Project, sparely: Sparely) -> None:
    """An empty folder would be an area without a model."""
    for name in ("high-risk", "progression"):
        sparely("remove-model", "--area", "clinic", "--name", name, service=project.root)

    assert [each.name for each in project.models.iterdir()] == ["winery"]


def test_shares_of_the_traffic_go_with_it(project: Project, sparely: Sparely) -> None:
    """Those of others stay, with the words around them."""
    project.traffic.write_text(
        "# Mine.\n[models]\neach = 3\n\"clinic/high-risk\" = 7\n'winery/alcohol' = 5\n\n[areas]\neach = 2\nclinic = 4\n",
        "utf-8",
    )

    sparely("remove-model", "--area", "clinic", "--name", "high-risk", service=project.root)
    one = project.traffic.read_text("utf-8")
    sparely("remove-model", "--area", "clinic", service=project.root)

    assert one == "# Mine.\n[models]\neach = 3\n'winery/alcohol' = 5\n\n[areas]\neach = 2\nclinic = 4\n"
    assert (
        project.traffic.read_text("utf-8") == "# Mine.\n[models]\neach = 3\n'winery/alcohol' = 5\n\n[areas]\neach = 2\n"
    )


def test_it_says_what_still_names_it(project: Project, sparely: Sparely) -> None:
    """A fitting script would bring it back where it is called, and is its owner's to delete."""
    outcome = sparely("remove-model", "--area", "winery", "--name", "alcohol", service=project.root)

    assert outcome.out.splitlines() == ["Removed winery/alcohol.", "training/winery.py still names it, and is yours."]


def test_words_that_hold_a_name_do_not_name_it(project: Project) -> None:
    """Nor a longer name."""
    (project.root / "tests" / "test_mine.py").write_text("nonalcoholic = 'alcohol-free'\n", "utf-8")

    assert "tests/test_mine.py" not in still_named(project, ["winery/alcohol"])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("rent = rows['rents']  # the rent\n", False),
        ("ask('/predict/homes/rent')\n", True),
        ("folder = 'src/models/homes/rent/model.onnx'\n", True),
        ('NAME = "rent"\n', True),
    ],
)
def test_a_short_name_is_named_by_its_path_or_as_a_string(project: Project, text: str, names: bool) -> None:
    """Anywhere else it is a word like any other."""
    (project.root / "tests" / "test_mine.py").write_text(text, "utf-8")

    assert ("tests/test_mine.py" in still_named(project, ["homes/rent"])) is names


@pytest.mark.parametrize(
    ("arguments", "exit_code", "sentence"),
    [
        (
            ["--area", "shop", "--name", "churn"],
            ExitCode.WRONG_CALL,
            'No model "shop/churn". Available: clinic/high-risk, clinic/progression, winery/alcohol, winery/cultivar.\n',
        ),
        (["--area", "shop"], ExitCode.WRONG_CALL, 'No area "shop". Available: clinic, winery.\n'),
        (
            ["--name", "alcohol"],
            ExitCode.WRONG_CALL,
            "remove-model lacks --area: sparely remove-model --area AREA --name NAME, or --area alone for all of its "
            "models; with make AREA= NAME=.\n",
        ),
    ],
)
def test_what_is_not_there_is_refused(
    project: Project, sparely: Sparely, arguments: list[str], exit_code: ExitCode, sentence: str
) -> None:
    """With what could be meant, and nothing changed."""
    before = contents(project)

    outcome = sparely("remove-model", *arguments, service=project.root)

    assert (outcome.exit_code, outcome.out, outcome.err) == (exit_code, "", sentence)
    assert contents(project) == before


def test_last_model_is_refused(project: Project, sparely: Sparely) -> None:
    """A service without one would serve nothing."""
    sparely("remove-model", "--area", "winery", service=project.root)
    sparely("remove-model", "--area", "clinic", "--name", "progression", service=project.root)

    outcome = sparely("remove-model", "--area", "clinic", "--name", "high-risk", service=project.root)

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.NO,
        "clinic/high-risk is the last model, and a service needs one: add another first.\n",
    )
    assert (project.models / "clinic" / "high-risk").is_dir()


def test_last_models_are_refused(project: Project, sparely: Sparely) -> None:
    """Also where they are all of one area."""
    sparely("remove-model", "--area", "winery", service=project.root)

    outcome = sparely("remove-model", "--area", "clinic", service=project.root)

    assert outcome.err == (
        "clinic/high-risk and clinic/progression are the last models, and a service needs one: add another first.\n"
    )


def test_broken_model_can_be_removed(project: Project, sparely: Sparely) -> None:
    """It is what one wants to be rid of."""
    (project.models / "clinic" / "high-risk" / "manifest.json").write_text("{", "utf-8")

    outcome = sparely("remove-model", "--area", "clinic", "--name", "high-risk", service=project.root)

    assert outcome.exit_code == ExitCode.DONE


def test_model_beside_a_broken_one_stays(project: Project, sparely: Sparely) -> None:
    """What follows from the models cannot be written, so nothing is deleted; the broken file is named."""
    broken = project.models / "winery" / "cultivar" / "golden.json"
    broken.write_text(json.dumps({"instances": []}), "utf-8")
    before = contents(project)

    outcome = sparely("remove-model", "--area", "clinic", "--name", "high-risk", service=project.root)

    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err == f'{broken}: "predictions" is not a list of objects.\n'
    assert contents(project) == before


def test_model_is_put_back_where_writing_fails(project: Project, sparely: Sparely) -> None:
    """A failure loses no model, and leaves no scratch folder."""
    shutil.rmtree(project.events)
    project.events.write_text("no folder", "utf-8")

    outcome = sparely("remove-model", "--area", "clinic", "--name", "high-risk", service=project.root)

    assert outcome.exit_code == ExitCode.LACKING
    assert (project.models / "clinic" / "high-risk" / "model.onnx").is_file()
    assert {each.name for each in project.models.iterdir()} == {"clinic", "winery"}
