"""`sparely run` while its owner writes: what is saved takes over, what is broken is told and changes nothing."""

import shutil
import sys
import urllib.request
from collections.abc import Iterator

import pytest

from sparely_toolkit.local.serving import LocalServer, started
from sparely_toolkit.names import FUNCTION
from sparely_toolkit.project import Project
from support.services import built
from tests.local.serving import until

pytestmark = pytest.mark.slow

AFTER = """

@service.after
def limited(request, answer):
    import rules

    return answer._replace(headers={**answer.headers, "x-limit": rules.LIMIT})
"""
PATIENCE_S = 120


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A built service that may be changed."""
    root = tmp_path_factory.mktemp("reload") / "prediction-service"
    shutil.copytree(built().root, root, symlinks=True)
    return Project(root)


@pytest.fixture(scope="module")
def server(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """`sparely run` of it; only the function is built anew, for the checks' functions serve nobody here."""
    log = tmp_path_factory.mktemp("log") / "log"
    sparely = f"{sys.executable} -m sparely_toolkit --service {project.root}"
    folder = project.built / FUNCTION
    command = f"bash -c 'rm -rf {folder} && {sparely} package {FUNCTION} {folder}'"
    with started([*sparely.split(), "run", "--port", "0", "--build-command", command], log) as running:
        until(lambda: "Watching src" in log.read_text("utf-8"))
        yield running


def save(project: Project, server: LocalServer, files: dict[str, str], *, says: str) -> str:
    """Write files below src/, wait for what the server says to that, and return all that it has said since."""
    before = len(server.log.read_text("utf-8"))
    for name, text in files.items():
        (project.source / name).write_text(text, "utf-8")
    until(lambda: says in server.log.read_text("utf-8")[before:], PATIENCE_S)
    return server.log.read_text("utf-8")[before:]


def limit(server: LocalServer) -> str | None:
    """What an answer says of the own module."""
    with urllib.request.urlopen(f"{server.url}/v2/health/live", timeout=60) as answer:
        value: str | None = answer.headers["x-limit"]
        return value


def test_app_and_own_modules_take_over_when_they_are_saved(project: Project, server: LocalServer) -> None:
    """`make run` watches without being asked, and the next request is answered by what was saved."""
    before = limit(server)
    app = (project.source / "handler" / "app.py").read_text("utf-8") + AFTER

    said = save(project, server, {"handler/app.py": app, "rules.py": 'LIMIT = "7"\n'}, says="has taken over.")

    assert (before, limit(server)) == (None, "7")
    assert said.startswith("Changed: src/handler/app.py, src/rules.py. Building.\n")


def test_a_broken_save_is_told_and_the_old_goes_on(project: Project, server: LocalServer) -> None:
    """In a sentence that names the file; mended, it takes over."""
    app = (project.source / "handler" / "app.py").read_text("utf-8")

    broken = save(project, server, {"handler/app.py": f"import nowhere\n{app}"}, says="The old version stays.")
    meanwhile = limit(server)
    save(project, server, {"handler/app.py": app, "rules.py": 'LIMIT = "8"\n'}, says="has taken over.")

    assert 'src/handler/app.py imports "nowhere", which does not ship; add it to requirements/lambda.in' in broken
    assert "Traceback" not in broken
    assert (meanwhile, limit(server)) == ("7", "8")
