"""
A service of an earlier template takes today's packages: it works, or is told which lines template.yaml needs.

What was released is kept in tests/earlier/ by `make release`; before the first release it is the first thin template.
"""

import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from cookiecutter.main import cookiecutter
from uv import find_uv_bin

from sparely_toolkit.upkeep.locks import OURS, lock, upgrade_of
from tests.conftest import CHECKED, REPOSITORY, TEMPLATE, commit, run, user_environment
from tests.support.services import share_environment
from tools.earlier import KEPT

EARLIER = sorted((REPOSITORY / KEPT).glob("*.tar.xz"))
LINES: dict[str, list[str]] = {}
"""By the template: what its services are told to add to template.yaml; the changelog says the same."""
WRITTEN = re.compile(r"README\.md|template\.yaml|openapi\.yaml|(events|vendor)/.+|requirements/\w+\.txt|\.venv")
"""What commands write in a service, at least between marks."""


@dataclass(frozen=True)
class Upgraded:
    """A service of an earlier template with today's packages, and what following them said."""

    template: str
    root: Path
    done: subprocess.CompletedProcess[str]

    def sparely(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of today's, as its owner calls it."""
        return sparely(self.root, *arguments)


def sparely(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # What mypy knows of libraries is this repository's: the service's environment is too.
    environment = {**user_environment(), "MYPY_CACHE_DIR": str(REPOSITORY / ".cache" / "mypy-of-services")}
    command = [str(root / ".venv" / "bin" / "sparely"), *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def upgraded_from(archive: Path, folder: Path, **answers: str) -> Upgraded:
    """Make a service of the archive's template, and give it today's wheels and what follows from them."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "template", filter="data")
    python = (REPOSITORY / ".python-version").read_text("utf-8").strip()
    context = {"python_version": python, **answers}
    made = cookiecutter(str(folder / "template"), no_input=True, extra_context=context, output_dir=str(folder))
    root = Path(made)
    run("git", "init", "--quiet", "--initial-branch=main", cwd=root)
    commit(root, "A service, some minors ago")
    shutil.copytree(TEMPLATE / "vendor", root / "vendor")
    lock(root, find_uv_bin(), *upgrade_of(OURS))
    share_environment(root)
    return Upgraded(archive.name.partition(".")[0], root, sparely(root, "upgrade", "--continued"))


@pytest.fixture(scope="module", params=EARLIER, ids=lambda file: file.name.partition(".")[0])
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    """The default service of each template that is kept."""
    return upgraded_from(request.param, tmp_path_factory.mktemp("earlier"))


def test_a_template_is_kept() -> None:
    """There is always an earlier service to think of."""
    assert [file.name for file in EARLIER][-1] == "first-thin.tar.xz"


def test_its_tests_pass_and_it_is_told_what_to_add(upgraded: Upgraded) -> None:
    """Its owner's tests ask every golden row and event; each line that template.yaml lacks is said in a sentence."""
    lines = LINES.get(upgraded.template, [])

    assert [line for line in lines if line not in upgraded.done.stdout] == []
    assert (upgraded.done.returncode, upgraded.done.stdout.count("problem")) == (0, len(lines)), upgraded.done.stderr
    assert " passed" in upgraded.done.stdout
    assert " skipped" not in upgraded.done.stdout


def test_nothing_of_its_owners_is_touched(upgraded: Upgraded) -> None:
    """Only what commands write is written anew; models are carried to another format by a major version alone."""
    changed = run("git", "status", "--porcelain", "--untracked-files=all", "--no-renames", cwd=upgraded.root)

    assert [line[3:] for line in changed.splitlines() if not WRITTEN.fullmatch(line[3:])] == []


def test_its_checks_pass(upgraded: Upgraded) -> None:
    """Its own code by its own settings, its template, and what is written."""
    done = upgraded.sparely("check")

    assert done.stdout == CHECKED, done.stderr


def test_the_doctor_finds_its_template_right(upgraded: Upgraded) -> None:
    """No name that today's commands rely on is missing, and all models are there."""
    said = upgraded.sparely("doctor").stdout.splitlines()

    states = {words[1]: words[0] for line in said if len(words := line.split(maxsplit=2)) > 2}
    assert {name: states[name] for name in ("models", "template", "toolkit")} == dict.fromkeys(
        ("models", "template", "toolkit"), "ok"
    ), said


@pytest.mark.soak
@pytest.mark.parametrize("api", ["http-jwt", "rest-key"])
@pytest.mark.parametrize("archive", EARLIER, ids=lambda file: file.name.partition(".")[0])
def test_services_of_other_apis_work_too(archive: Path, api: str, tmp_path: Path) -> None:
    """A REST API's routes stand in template.yaml, and are written anew."""
    upgraded = upgraded_from(archive, tmp_path, api=api)

    assert upgraded.done.returncode == 0, upgraded.done.stdout[-5_000:] + upgraded.done.stderr
    assert upgraded.sparely("check").stdout == CHECKED
