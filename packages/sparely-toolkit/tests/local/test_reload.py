"""Hot reload: what builds and starts takes over without losing a request, what does not changes nothing."""

import asyncio
import shlex
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sparely_toolkit.local import template
from sparely_toolkit.local.reload import AGAIN, Copies, Reloader, Source
from sparely_toolkit.local.settings import Deployment
from sparely_toolkit.problems import Problem
from sparely_toolkit.project import Project
from tests.local import function
from tests.local.conftest import ARCHITECTURE, RUNTIME, stage_of
from tests.local.serving import Served, alive, until

HANDLER = """
import json, os
def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"answer": ANSWER, "pid": os.getpid()})}
"""
BUILD = "cp src/app.py built/EchoFunction/app.py"


class Watched:
    """A service with a source folder and a build that copies it, served and watched."""

    def __init__(self, folder: Path, build: str = BUILD) -> None:
        self.folder = folder
        (folder / "src").mkdir()
        self.write("old")
        self._template = function.build(
            folder / "built",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler=(folder / "src" / "app.py").read_text(),
        )
        self.copies = Copies()
        self.served = Served(self.copies.copy(self.read()))
        self.source = Source(Project(folder), shlex.split(build), self.read)
        self.reloader = Reloader(self.served.service, self.source, self.copies)

    def read(self) -> Deployment:
        return template.read(self._template, stage_of())

    def write(self, answer: str) -> None:
        (self.folder / "src" / "app.py").write_text(HANDLER.replace("ANSWER", repr(answer)))

    def answer(self) -> str:
        return str(self.served.ask("GET", "/models").json["answer"])

    def reload(self) -> bool:
        return bool(self.served.run(self.reloader.reload()))

    def close(self) -> None:
        self.served.stop()
        self.copies.close()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.close()


def test_changed_source_takes_over(project: Watched) -> None:
    """After a reload the new code answers and the old process is gone."""
    old = project.served.ask("GET", "/models").json["pid"]
    project.write("new")

    reloaded = project.reload()

    assert (reloaded, project.answer()) == (True, "new")
    until(lambda: not alive(old))


def test_no_request_is_lost_while_versions_change(project: Watched) -> None:
    """Four clients that ask without a pause get an answer every time, and only old and new ones."""
    answers: list[str] = []
    statuses: list[int] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answer = project.served.ask("GET", "/models")
            statuses.append(answer.status)
            answers.append(answer.json.get("answer"))

    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    until(lambda: "old" in answers)
    for number in range(3):
        project.write(f"new {number}")
        assert project.reload()
    until(lambda: answers[-1] == "new 2")
    over.set()
    for client in clients:
        client.join()

    assert set(statuses) == {200}
    assert set(answers) <= {"old", "new 0", "new 1", "new 2"}


def test_source_that_does_not_start_changes_nothing(project: Watched) -> None:
    """A syntax error is printed, and the old version goes on answering."""
    (project.folder / "src" / "app.py").write_text("def handler(event, context:\n")

    reloaded = project.reload()

    assert (reloaded, project.answer()) == (False, "old")
    assert "SyntaxError" in project.served.log
    assert "The old version stays." in project.served.log


def test_failed_build_changes_nothing(tmp_path: Path) -> None:
    """What the build printed is shown, and the old version goes on answering."""
    project = Watched(tmp_path, build="sh -c 'echo no compiler; exit 3'")

    reloaded = project.reload()

    assert (reloaded, project.answer()) == (False, "old")
    assert "no compiler\nThe old version stays." in project.served.log
    project.close()


def test_a_build_that_ends_with_a_traceback_is_one_sentence(tmp_path: Path) -> None:
    """As where the environment is being installed anew and a module is not there for a moment."""
    project = Watched(tmp_path, build=f"{sys.executable} -c 'import no_such_package'")

    reloaded = project.reload()

    assert (reloaded, project.answer()) == (False, "old")
    assert project.served.log.startswith(
        "The build failed: ModuleNotFoundError: No module named 'no_such_package'.\nThe old version stays.\n"
    )
    project.close()


def test_a_build_that_says_nothing_is_told_by_its_end(tmp_path: Path) -> None:
    """There is always a reason why the old version stays."""
    project = Watched(tmp_path, build="sh -c 'exit 3'")

    assert not project.reload()

    assert project.served.log.startswith("It printed nothing and ended with 3.\nThe old version stays.\n")
    project.close()


@pytest.mark.parametrize("error", [ImportError("No module named 'yaml'"), FileNotFoundError(2, "Not there", "a.py")])
def test_an_environment_that_is_gone_for_a_moment_ends_nothing(project: Watched, error: Exception) -> None:
    """What is loaded or read in this process fails likewise; watching goes on."""

    def fail() -> None:
        raise error

    project.reloader._source = replace(project.source, attempt=fail)

    assert (project.reload(), project.answer()) == (False, "old")
    assert project.served.log.startswith(f"It cannot be built now: {error}.\nThe old version stays.\n")


def test_a_file_that_is_saved_while_it_is_built_is_not_blamed(tmp_path: Path) -> None:
    """What was built is of two states at once: it is built again, and its refusal is not told."""
    project = Watched(tmp_path, build="sh -c 'echo \"# later\" >> src/app.py; echo no golden rows; exit 3'")

    reloaded = project.reload()

    assert (reloaded, project.answer()) == (False, "old")
    assert project.served.log.startswith(f"{AGAIN}\n")
    assert "no golden rows" not in project.served.log
    project.close()


def test_the_first_build_is_done_again_where_a_file_was_saved_meanwhile(tmp_path: Path) -> None:
    """A refusal of the files as they are is told."""
    app = tmp_path / "src" / "app.py"
    app.parent.mkdir()
    app.write_text("1", "utf-8")
    source = Source(Project(tmp_path), [], lambda: pytest.fail("nothing is read"))
    said: list[str] = []

    def build() -> str:
        if app.read_text("utf-8") == "1":
            app.write_text("22", "utf-8")
            raise Problem("of 1 and of 2")
        raise Problem("of 2")

    with pytest.raises(Problem, match=r"^of 2$"):
        source.build_first(build, said.append)

    assert said == [AGAIN]


def test_build_that_is_no_program_changes_nothing(tmp_path: Path) -> None:
    """A command that is not there is named, and watching goes on."""
    project = Watched(tmp_path, build="no-such-builder")

    reloaded = project.reload()

    assert (reloaded, project.answer()) == (False, "old")
    assert "no-such-builder: No such file or directory.\nThe old version stays." in project.served.log
    project.close()


def test_watching_sees_a_change(project: Watched) -> None:
    """A file that is written is built and served without a further command."""
    watching = asyncio.run_coroutine_threadsafe(project.reloader.run(), project.served._loop)
    until(lambda: "Watching src" in project.served.log)

    project.write("new")

    until(lambda: project.answer() == "new")
    assert "Changed: src/app.py. Building.\n" in project.served.log
    watching.cancel()
    until(watching.done)


def test_environments_start_from_a_copy(project: Watched) -> None:
    """An artifact that a build has just emptied is not what a cold start reads."""
    project.answer()
    (project.folder / "built" / "EchoFunction" / "app.py").unlink()
    project.served.run(project.served.service.pool.warm(1))

    assert project.served.service.pool.figures.environments == 2
