"""
`sparely test`, `check` and `fix` on a service with something wrong in it.

That nothing of a new one needs mending, whatever was chosen, is shown by the repository's tests of baked services.
"""

import shutil
from pathlib import Path

import pytest

from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from support.command_line import Sparely
from support.services import OWN, baked, built

pytestmark = pytest.mark.slow

NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["import os"]}], '
    '"metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}'
)
SCRIPT = """import imblearn, joblib
from sklearn.linear_model import LogisticRegression
def fit(X, y, options: dict):
    m = LogisticRegression(**options)
    m.fit(X,y)
    return m
joblib.dump(fit([[0],[1]], [0,1], dict(C=2)), open('fitted.joblib','wb'))
print('done', imblearn.__version__)
"""


@pytest.fixture
def copied(tmp_path: Path) -> Project:
    """A service that a test may change, with this environment."""
    project = baked()
    root = tmp_path / "prediction-service"
    shutil.copytree(project.root, root, ignore=shutil.ignore_patterns(*OWN))
    (root / ".venv").symlink_to((project.root / ".venv").resolve())
    return Project(root)


@pytest.fixture
def built_copy(copied: Project) -> Project:
    """The same with the package as it was built for all tests: to say so takes as long as to read it."""
    shutil.copytree(built().built.parent, copied.built.parent, symlinks=True)
    return copied


def test_everything_that_is_wrong_is_said_at_once(copied: Project, sparely: Sparely) -> None:
    """Each check has its words, and the last line lists those that say no."""
    (copied.source / "rules.py").write_text("import os\nlimit: int = 'high'\n", "utf-8")
    copied.openapi.unlink()
    text = copied.template.read_text("utf-8")
    copied.template.write_text(text.replace("MemorySize: !Ref MemorySize", "MemorySize: plenty", 1), "utf-8")
    before = {file: file.read_bytes() for file in copied.root.rglob("*") if file.is_file()}

    outcome = sparely("check", service=copied.root)

    assert outcome.exit_code == ExitCode.NO
    assert outcome.err.splitlines()[-1] == (
        "Not right: lint, format, types, template, contract. `make fix` mends formats, and what the lint marks with [*]."
    )
    assert "F401" in outcome.err
    assert "plenty" in outcome.err
    assert "openapi.yaml" in outcome.err
    assert {file: file.read_bytes() for file in before if file.exists()} == before


def test_steps_and_fitting_scripts_of_plain_functions_are_right_as_they_are(copied: Project, sparely: Sparely) -> None:
    """And `fix` leaves their bytes alone; those of steps are in the model's version."""
    code = "def half( x ): return x/2\ndef present(prediction,row: dict):\n  return {'half':half(1)}\n"
    several = [
        copied.models / name / "steps.py" for name in ("clinic/high-risk", "clinic/much-higher", "winery/alcohol")
    ] + [copied.root / "training" / "fit.py"]
    for steps in several:
        steps.parent.mkdir(exist_ok=True)
        steps.write_text(code, "utf-8")

    outcome = sparely("check", "lint", "format", "types", service=copied.root)
    sparely("fix", service=copied.root)

    assert (outcome.exit_code, outcome.err) == (ExitCode.DONE, "")
    assert {steps.read_text("utf-8") for steps in several} == {code}


def test_a_wrong_type_in_steps_is_told_by_its_file(copied: Project, sparely: Sparely) -> None:
    """Where its owner has it, also in a folder whose name is no module's."""
    steps = copied.models / "clinic" / "high-risk" / "steps.py"
    steps.write_text("limit: int = 'high'\n", "utf-8")

    outcome = sparely("check", "types", service=copied.root)

    assert "src/models/clinic/high-risk/steps.py:1: error: Incompatible types in assignment" in outcome.err


def test_some_checks_can_be_done_alone(copied: Project, sparely: Sparely) -> None:
    """As the hooks of a commit do."""
    (copied.source / "rules.py").write_text("import os\n", "utf-8")

    types, both = sparely("check", "types", service=copied.root), sparely("check", "types", "lint", service=copied.root)

    assert (types.exit_code, types.out) == (ExitCode.DONE, "Checked: types.\n")
    assert (both.exit_code, both.err.splitlines()[-1]) == (
        ExitCode.NO,
        "Not right: lint. `make fix` mends formats, and what the lint marks with [*].",
    )


def test_scratch_files_are_their_owners_business(copied: Project, sparely: Sparely) -> None:
    """A script or a notebook outside of src, tests, training and loadtest turns no check red, and is not formatted."""
    scratch = {"explore.py": "import os\nprint( 1 )\n", "training/explore.ipynb": NOTEBOOK, "notes/plot.py": "x=1\n"}
    (copied.root / "notes").mkdir()
    for name, text in scratch.items():
        (copied.root / name).write_text(text, "utf-8")

    checked = sparely("check", "lint", "format", service=copied.root)
    mended = sparely("fix", service=copied.root)

    assert (checked.exit_code, checked.err) == (ExitCode.DONE, "")
    assert mended.exit_code == ExitCode.DONE
    assert {name: (copied.root / name).read_text("utf-8") for name in scratch} == scratch


def test_scripts_that_fit_need_no_types(copied: Project, sparely: Sparely) -> None:
    """Nor libraries that .venv-export alone has, and `make fix` leaves them as they are."""
    (copied.root / "training" / "mine.py").write_text(SCRIPT, "utf-8")

    sparely("fix", service=copied.root)
    checked = sparely("check", "lint", "format", "types", service=copied.root)

    assert (checked.exit_code, checked.err) == (ExitCode.DONE, "")


def test_an_unknown_check_is_refused_with_those_that_there_are(copied: Project, sparely: Sparely) -> None:
    """It is a wrong call."""
    outcome = sparely("check", "spelling", service=copied.root)

    assert (outcome.exit_code, outcome.err) == (
        ExitCode.WRONG_CALL,
        'No check "spelling". Available: lint, format, types, template, contract.\n',
    )


def test_fix_mends_what_mends_itself(copied: Project, sparely: Sparely) -> None:
    """Formats, and imports that nothing uses."""
    (copied.source / "rules.py").write_text("import os\nlimit: int = 7\nname = 'x'\n", "utf-8")

    outcome = sparely("fix", service=copied.root)

    assert outcome.exit_code == ExitCode.DONE
    assert (copied.source / "rules.py").read_text("utf-8") == 'limit: int = 7\nname = "x"\n'


def test_fix_looks_again_after_it_has_formatted(copied: Project, sparely: Sparely) -> None:
    """A line that is too long only until it is formatted is no complaint."""
    words = ", ".join(f"'word {number}'" for number in range(20))
    (copied.source / "rules.py").write_text(f"WORDS = [{words}]\n", "utf-8")

    outcome = sparely("fix", service=copied.root)

    assert (outcome.exit_code, "E501" in outcome.out) == (ExitCode.DONE, False)


def test_fix_says_what_is_left(copied: Project, sparely: Sparely) -> None:
    """What only a person can mend is said, with the answer no."""
    (copied.source / "rules.py").write_text("def limit():\n    return undefined\n", "utf-8")

    outcome = sparely("fix", service=copied.root)

    assert outcome.exit_code == ExitCode.NO
    assert "F821" in outcome.out


@pytest.mark.parametrize(
    ("test", "exit_code"),
    [
        ("def test_it():\n    assert True\n", ExitCode.DONE),
        ("def test_it():\n    assert False\n", ExitCode.NO),
    ],
)
def test_tests_pass_their_outcome_on(built_copy: Project, sparely: Sparely, test: str, exit_code: ExitCode) -> None:
    """What pytest is to get stands behind the command, options too."""
    (built_copy.root / "tests" / "test_more.py").write_text(test, "utf-8")

    outcome = sparely("test", "tests/test_more.py", "-q", "--no-header", service=built_copy.root)

    assert outcome.exit_code == exit_code
    assert "1 passed" in outcome.out or exit_code


@pytest.mark.soak  # the repository's test_services.py tests a service that was never built
def test_tests_have_a_built_package(copied: Project, sparely: Sparely) -> None:
    """It is built first, if anything in it has changed."""
    outcome = sparely("test", "--collect-only", "-q", service=copied.root)

    assert outcome.exit_code == ExitCode.DONE
    assert copied.built_template.is_file()
