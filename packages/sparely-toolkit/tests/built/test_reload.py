"""`sparely run` while its owner writes: what is saved takes over, what is broken is told and changes nothing."""

import hashlib
import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sparely.bundle import STEPS as FILE
from sparely.bundle import model_folders, read_bundle
from sparely_toolkit.local.serving import LocalServer, started
from sparely_toolkit.names import FUNCTION
from sparely_toolkit.problems import ExitCode
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
STEPS = """\
def present(prediction, row):
    return {**prediction, "rule": "RULE"}
"""
PREPARE = """

def prepare(row):
    return row
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


@pytest.fixture(scope="module")
def model(project: Project, server: LocalServer) -> Path:
    """A model without steps, of which the service that runs has been told nothing."""
    return Path(model_folders(project.models)[0])


def save_steps(project: Project, server: LocalServer, model: Path, text: str, *, says: str) -> str:
    """Save a model's steps.py; what the server says, which has written nothing below src/."""
    file = model / FILE
    before = digests(project) | {file: hashlib.sha256(text.encode()).hexdigest()}
    said = save(project, server, {str(file.relative_to(project.source)): text}, says=says)
    assert digests(project) == before
    return said


def digests(project: Project) -> dict[Path, str]:
    """Every file below src/ with its SHA-256."""
    files = (file for file in project.source.rglob("*") if file.is_file())
    return {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def rule(server: LocalServer, model: Path) -> str | None:
    """What an answer of this model says of its steps."""
    bundle = read_bundle(model)
    body = json.dumps({"instances": bundle.instances[:1]}).encode()
    request = urllib.request.Request(f"{server.url}/predict/{bundle.path}", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        value: str | None = json.load(answer)["predictions"][bundle.name][0].get("rule")
        return value


def test_steps_take_over_when_they_are_saved(project: Project, server: LocalServer, model: Path) -> None:
    """Before `make golden` has recorded what they answer; a sentence says that, and nothing below src/ is written."""
    before = rule(server, model)
    path = f"{model.parent.name}/{model.name}"

    said = save_steps(project, server, model, STEPS.replace("RULE", "first"), says="has taken over.")

    assert (before, rule(server, model)) == (None, "first")
    assert said.splitlines()[1] == (
        f"Golden answers of {path} are stale: src/models/{path}/steps.py is tried out here alone, "
        "until make golden records what it answers; make build, make test and make deploy refuse it as it is."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def present(:\n", "it cannot be imported (SyntaxError: "),
        ("def present(prediction, row):\n    return row[7]\n", "KeyError: 7."),
        (f"import nowhere\n{STEPS}", 'it imports "nowhere", which does not ship; add it to requirements/lambda.in'),
        (STEPS + PREPARE, "prepare is new, and only its estimator knows what is right for that: add the model again: "),
    ],
    ids=["syntax", "raises", "import", "prepare"],
)
def test_broken_steps_are_told_and_the_old_go_on(
    project: Project, server: LocalServer, model: Path, text: str, sentence: str
) -> None:
    """In one sentence that names the file."""
    before = rule(server, model)

    said = save_steps(project, server, model, text, says="The old version stays.").splitlines()

    assert said[1].startswith(f"src/models/{model.parent.name}/{model.name}/steps.py: {sentence}")
    assert (said[2:], rule(server, model)) == (["The old version stays."], before)


def test_a_build_refuses_what_is_tried_out(project: Project, server: LocalServer, model: Path) -> None:
    """What was served says nothing of what may be deployed."""
    save_steps(project, server, model, STEPS.replace("RULE", "third"), says="has taken over.")

    command = [sys.executable, "-m", "sparely_toolkit", "--service", str(project.root), "package", FUNCTION]
    done = subprocess.run([*command, str(project.root / "strict")], capture_output=True, text=True, check=False)

    assert (done.returncode, rule(server, model)) == (ExitCode.LACKING, "third")
    assert "run `make golden`" in done.stderr


def test_a_run_starts_with_what_is_tried_out(project: Project, model: Path, tmp_path: Path) -> None:
    """Whoever stops for the day with changed steps goes on with them, and is told the same."""
    (model / FILE).write_text(STEPS.replace("RULE", "fourth"), "utf-8")

    command = [sys.executable, "-m", "sparely_toolkit", "--service", str(project.root), "run", "--port", "0"]
    with started([*command, "--no-reload"], tmp_path / "log") as running:
        answered = rule(running, model)

    assert answered == "fourth"
    assert (tmp_path / "log").read_text("utf-8").startswith("Golden answers of ")
