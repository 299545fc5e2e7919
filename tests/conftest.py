"""Services baked from the template as it stands, and how commands are run in them as a user would."""

import http.server
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cookiecutter.main import cookiecutter

from benchmarks import service
from tests.support.order import is_left_out, mark
from tests.support.registry import asked_seldom
from tests.support.servers import answering
from tests.support.servers import wait_for_port as wait_for_port
from tests.support.services import APIS as APIS
from tests.support.services import REPOSITORY as REPOSITORY
from tests.support.services import TEMPLATE as TEMPLATE

# Read where the handler is first imported, by whichever test.
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Predictions")

ANSWERS: dict[str, Any] = json.loads((REPOSITORY / "cookiecutter.json").read_text("utf-8"))
SAM = str(REPOSITORY / ".venv" / "bin" / "sam")
CRUFT = str(Path(sys.executable).with_name("cruft"))
AUTHOR = ("-c", "user.name=Tests", "-c", "user.email=tests@example.com")

# Tests that build a package, start a server or train, wherever they are not marked slow; `make fast` leaves them out.
SLOW = (
    "tests/benchmarks/test_budgets.py",
    "tests/benchmarks/test_compare.py",
    "tests/benchmarks/test_contestants.py",
    "tests/benchmarks/test_large_forest.py",
    "tests/benchmarks/test_story.py",
    "tests/commands/test_first_minute.py",
    "tests/commands/test_lines_in_a_service.py",
    "tests/commands/test_locked.py",
    "tests/commands/test_repository.py",
    "tests/commands/test_service.py",
    "tests/deployment/",
    "tests/sagemaker/",
    "tests/samples/",
    "tests/test_arm64.py",
    "tests/test_earlier_services.py",
    "tests/test_from_mlflow.py",
    "tests/test_how_to.py",
    "tests/test_model_pages.py",
    "tests/test_new.py",
    "tests/test_options.py",
    "tests/test_owner.py",
    "tests/test_peers.py",
    "tests/test_platforms.py",
    "tests/test_sam_init.py",
    "tests/test_services.py",
    "tests/test_setup.py",
    "tests/test_site.py",
    "tests/test_unpack.py",
    "tests/test_update.py",
    "tests/test_upgrade.py",
)

# Tests that measure, or that play a rollout by the clock: nothing runs beside them.
ALONE = (
    "tests/benchmarks/test_budgets.py",
    "tests/deployment/test_rehearsal.py",
)
# What takes longest begins first, so that it does not end last.
LONGEST = (
    "tests/commands/test_service.py",
    "tests/deployment/test_deploy.py",
    "tests/test_how_to.py",
    "tests/commands/test_repository.py",
    "tests/test_owner.py",
    "tests/test_options.py",
    "tests/commands/test_first_minute.py",
    "tests/test_upgrade.py",
    "tests/test_earlier_services.py",
    "tests/test_update.py",
    "tests/sagemaker/",
    "tests/deployment/",
    "tests/test_services.py",
    "tests/test_unpack.py",
)

CHECKED = "Checked: lint, format, types, template, contract.\n"

Bake = Callable[..., Path]
Equip = Callable[[Path], None]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Load nothing that would be left out."""
    return is_left_out(collection_path, config, SLOW)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow and what runs alone, and begin with what takes longest."""
    mark(items, pytest.mark.slow, SLOW)
    mark(items, pytest.mark.alone, ALONE)
    items.sort(key=lambda item: [not item.nodeid.startswith(each) for each in LONGEST])


@pytest.fixture(scope="session", autouse=True)
def cookiecutter_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """cookiecutter's downloads, answers kept for replay and settings, away from those of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("cookiecutter")
    settings = folder / "settings.yaml"
    settings.write_text(f"cookiecutters_dir: {folder / 'templates'}\nreplay_dir: {folder / 'replay'}\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COOKIECUTTER_CONFIG", str(settings))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def registry() -> Iterator[None]:
    """What uv has heard of packages lately counts."""
    with pytest.MonkeyPatch.context() as patch:
        asked_seldom(patch)
        yield


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository of the template as it stands, with what is not committed yet."""
    folder = tmp_path_factory.mktemp("published") / "template"
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=REPOSITORY)
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)
    run("git", "init", "--quiet", "--initial-branch=main", cwd=folder)
    commit(folder, "The template as it stands")
    return folder


@pytest.fixture
def bake(tmp_path: Path) -> Bake:
    """Bake a service with some answers given and return its folder."""

    def with_answers(**answers: str) -> Path:
        return Path(cookiecutter(str(REPOSITORY), no_input=True, extra_context=answers, output_dir=str(tmp_path)))

    return with_answers


@pytest.fixture(scope="session")
def equip(tmp_path_factory: pytest.TempPathFactory) -> Equip:
    """Give a service an environment that it shares with others of its Python: their requirements are the same."""
    folder = tmp_path_factory.mktemp("environments")

    def with_environment(service: Path) -> None:
        version = (service / ".python-version").read_text("utf-8").strip()
        if not (folder / version).exists():
            needs_its_python(service, version)
            run("make", ".venv/installed", cwd=service)
            (service / ".venv").rename(folder / version)
        (service / ".venv").symlink_to(folder / version)
        (service / ".venv" / "installed").write_text("")  # names no service: it is none's own

    return with_environment


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What checks and exports keep from one service to the next."""
    return tmp_path_factory.mktemp("caches")


def needs_its_python(service: Path, version: str) -> None:
    """Skip where this machine lacks the service's Python, by which a package's bytecode is compiled."""
    command = [str(Path(SAM).with_name("uv")), "python", "find", "--no-python-downloads", version]
    done = subprocess.run(command, cwd=service, env=user_environment(), capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no Python {version} here to build with; the service's template is validated all the same")


def user_environment() -> dict[str, str]:
    """A user's environment: without what this repository's Makefile sets for its own caches, with all Pythons that are here."""
    caches = ("PYTEST", "RUFF", "MYPY", "HYPOTHESIS", "COV", "SPARELY")
    kept = {name: value for name, value in service.user_environment().items() if not name.startswith(caches)}
    return {**pythons_of_pyenv(), **kept, "AWS_DEFAULT_REGION": "us-east-1"}


def pythons_of_pyenv() -> dict[str, str]:
    """Where pyenv keeps several Pythons, what makes it run each by its name, the one that runs this first."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    this = platform.python_version()
    named = sorted((each.name for each in versions.glob("3.1[2-4].*")), key=lambda name: name != this)
    return {"PYENV_VERSION": ":".join(named)} if named else {}


def run(*command: str, cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a command as a user would, in another environment if so, and return what it prints; a failure shows its end."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment or user_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout[-10_000:]}"
    return done.stdout


def passes(service: Path, environment: Mapping[str, str] | None = None) -> None:
    """`make check` and `make test` of a service are green, and nothing was left out; what took longest is shown."""
    assert run("make", "--no-print-directory", "check", cwd=service, environment=environment).endswith(CHECKED)
    printed = run("make", "test", "ARGS=--durations=5", cwd=service, environment=environment)

    print(printed[-2_000:])
    assert (" passed" in printed, " failed" in printed, " skipped" in printed) == (True, False, False)


class Quiet(http.server.BaseHTTPRequestHandler):
    """Says nothing of what it is asked."""

    def log_message(self, *_: object) -> None:
        """Leave the tests' output alone."""


@contextmanager
def on_loopback(handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free port of loopback until the block ends, and give the address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with answering(server):
        yield f"http://127.0.0.1:{server.server_port}"


def commit(repository: Path, message: str) -> None:
    """Commit everything that lies in a repository's work tree."""
    run("git", "add", "--all", cwd=repository)
    run("git", *AUTHOR, "commit", "--quiet", "--message", message, cwd=repository)


def files(folder: Path) -> set[str]:
    """The names of all files below a folder, but for git's own."""
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {name.as_posix() for name in names if name.parts[0] != ".git"}


def differing(one: Path, other: Path) -> set[str]:
    """The names of files that lie in one of two folders only, or hold other bytes there."""
    both = files(one) & files(other)
    return (files(one) ^ files(other)) | {
        name for name in both if (one / name).read_bytes() != (other / name).read_bytes()
    }
