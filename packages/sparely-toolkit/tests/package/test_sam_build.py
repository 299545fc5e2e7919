"""`sparely build`: SAM's build where something that ships has changed, and what it says where it fails."""

import re
import shutil
from pathlib import Path

import pytest

from sparely_toolkit.package.sam_build import is_current
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely
from support.services import OWN

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def service(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A service in a folder whose name has a space, with this environment."""
    return _copied(project, tmp_path_factory.mktemp("my services") / "prediction-service")


@pytest.fixture
def built(service: Project, sparely: Sparely) -> Project:
    """The same with its package built."""
    assert sparely("build", service=service.root).exit_code == ExitCode.DONE
    return service


def test_build_says_what_the_package_weighs_and_nothing_of_sams(service: Project, sparely: Sparely) -> None:
    """SAM's closing hints lead past the canary: `sam deploy --guided`."""
    outcome = sparely("build", service=service.root)

    assert outcome.exit_code == ExitCode.DONE
    assert outcome.out.startswith("Built: ")
    assert outcome.out.endswith(" files.\n")
    assert outcome.out.count("\n") == 1


def test_unchanged_service_is_not_built_anew(built: Project, sparely: Sparely) -> None:
    """Also where files are new, but say the same."""
    (built.source / "handler" / "app.py").touch()

    assert sparely("build", service=built.root).out == "Nothing that ships has changed.\n"


@pytest.mark.parametrize("name", ["src/rules.py", "src/models/clinic/progression/note.txt"])
def test_new_file_that_ships_makes_the_package_old(built: Project, name: str) -> None:
    """And its removal makes it current again."""
    (built.root / name).touch()
    old = not is_current(built)
    (built.root / name).unlink()

    assert (old, is_current(built)) == (True, True)


@pytest.mark.parametrize("name", ["template.yaml", "requirements/lambda.txt"])
def test_changed_file_that_decides_the_package_makes_it_old(built: Project, name: str) -> None:
    """The template says for what it is built, the lock of what."""
    text = (built.root / name).read_text("utf-8")
    (built.root / name).write_text(f"{text}# changed\n", "utf-8")
    old = not is_current(built)
    (built.root / name).write_text(text, "utf-8")

    assert old


@pytest.mark.parametrize("name", ["README.md", "tests/test_more.py", "samconfig.toml"])
def test_file_that_does_not_ship_changes_nothing(built: Project, name: str) -> None:
    """What is for people or for deploying costs no build."""
    file = built.root / name
    file.parent.mkdir(exist_ok=True)
    with file.open("a", encoding="utf-8") as opened:
        opened.write("# changed\n")

    assert is_current(built)


def test_failing_build_is_the_builders_sentence(service: Project, sparely: Sparely) -> None:
    """Neither SAM's frame nor make's lines stand around it, and the package that was there counts as old."""
    (service.source / "NOTICE").touch()

    outcome = sparely("build", service=service.root)

    (service.source / "NOTICE").unlink()
    assert (outcome.exit_code, outcome.out) == (ExitCode.LACKING, "")
    assert outcome.err == "src/NOTICE has the name of something else that ships; give it another.\n"
    assert not is_current(service)


def test_broken_template_is_told(service: Project, sparely: Sparely) -> None:
    """In one sentence with the line; SAM would say it in a traceback."""
    text = service.template.read_text("utf-8")
    service.template.write_text("Resources: [", "utf-8")

    outcome = sparely("build", service=service.root)

    service.template.write_text(text, "utf-8")
    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err == (f"{service.template} is no template: line 2: did not find expected node content.\n")
    assert "Traceback" not in outcome.err


def test_a_step_of_which_make_alone_speaks_is_shown_with_its_words(service: Project, sparely: Sparely) -> None:
    """What SAM says in the end is better than that it said nothing."""
    makefile = service.source / "Makefile"
    text = makefile.read_text("utf-8")
    makefile.write_text("build-%:\n\t@exit 7\n", "utf-8")

    outcome = sparely("build", service=service.root)

    makefile.write_text(text, "utf-8")
    assert outcome.exit_code == ExitCode.LACKING
    assert re.fullmatch(rf"make(\[\d+\])?: \*\*\* \[{re.escape(str(makefile))}:2: build-\w+\] Error 7\n", outcome.err)


@pytest.mark.parametrize("name", ['"quoted" $price `x`', "back\\slash and  two spaces, it's"])
def test_a_folder_may_have_what_shells_and_make_read_as_theirs(
    project: Project, sparely: Sparely, tmp_path: Path, name: str
) -> None:
    """Quotes, dollar signs, backticks and backslashes on the way through SAM, make and bash."""
    odd = _copied(project, tmp_path / name / "service")

    outcome = sparely("build", service=odd.root)

    assert outcome.exit_code == ExitCode.DONE, outcome.err
    assert odd.built_template.is_file()


def test_a_folder_with_a_colon_is_refused(project: Project, sparely: Sparely, tmp_path: Path) -> None:
    """Python would look for modules in two folders that are not there."""
    odd = _copied(project, tmp_path / "a:b")

    outcome = sparely("build", service=odd.root)

    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err == (
        f'{odd.root} has a ":" in it, which separates folders where Python looks for modules: move the service to a '
        "path without one.\n"
    )


def _copied(project: Project, root: Path) -> Project:
    """A service elsewhere, with this environment."""
    shutil.copytree(project.root, root, ignore=shutil.ignore_patterns(*OWN))
    (root / ".venv").symlink_to((project.root / ".venv").resolve())
    return Project(root)
