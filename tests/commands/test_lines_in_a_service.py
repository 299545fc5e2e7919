"""Command lines of the pages, typed in a service as they stand; which are run here says test_command_lines.py."""

import shutil
from pathlib import Path

import pytest

from sparely_toolkit.local.serving import started
from tests.commands.command_lines import is_sparely, words
from tests.commands.test_command_lines import IN_SHORT, LINES, LONG, REFUSED, RUN, SERVED, who_runs
from tests.conftest import run, user_environment
from tests.support.api import Api
from tests.support.services import built

SHORT = "--pace 60 --thresholds any.toml"
GIVEN = {
    "arrivals.csv": "second,requests\n0,1\n1,2\n3600,1\n",
    "keys.json": '{"keys": []}',
    "any.toml": "[every]\nfailed_percent = 100\n",  # how many environments start in a second is the machine's
}
"""Files that lines name, or that stand where they leave one open."""
FILLED = {
    "--jwks FILE": "--jwks keys.json",
    "FILE": ".aws-sam/build/template.yaml",
    "PATH": ".aws-sam/build/template.yaml",
}


def lines(who: str) -> list[str]:
    """The lines of which this is said."""
    return [line for line in LINES if who_runs(line) == [who]]


def typed(line: str) -> list[str]:
    """A line as the words that a shell makes of it."""
    for place, value in FILLED.items():
        line = line.replace(place, value)
    return [".venv/bin/sparely", *words(line)[1:]] if is_sparely(line) else words(line)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built service of its own, for what is written in it."""
    folder = tmp_path_factory.mktemp("typed") / "prediction-service"
    shutil.copytree(built().root, folder, symlinks=True)
    for name, text in GIVEN.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("line", lines(RUN))
def test_a_line_does_what_it_says(service: Path, line: str) -> None:
    """It ends well, and says something."""
    assert run(*typed(line), cwd=service)


@pytest.mark.parametrize("line", lines(REFUSED))
def test_a_line_says_why_not(service: Path, line: str) -> None:
    """In a sentence, and without a traceback."""
    with pytest.raises(AssertionError, match="failed:\n") as caught:
        run(*typed(line), cwd=service)

    assert "Traceback" not in str(caught.value)


@pytest.mark.soak
@pytest.mark.parametrize("line", lines(LONG))
def test_a_longer_line_does_what_it_says(service: Path, line: str) -> None:
    """It ends well, and says something."""
    assert run(*typed(line), cwd=service)


@pytest.mark.soak
@pytest.mark.parametrize("line", lines(IN_SHORT))
def test_a_load_in_short_does_what_it_says(service: Path, line: str) -> None:
    """Its stages are a sixtieth as long, and how it goes is not judged; all else is as the line has it."""
    assert "load-" in run(*typed(line), f"ARGS={SHORT}", cwd=service)


@pytest.mark.soak
@pytest.mark.parametrize("line", lines(SERVED))
def test_a_line_serves(service: Path, tmp_path: Path, line: str) -> None:
    """The API answers, on another port where the line does not name one; where signatures are checked, with a refusal."""
    command = typed(line)
    port = {**user_environment(), "PORT": "0"}

    with started(command, tmp_path / "log", folder=service, environment=port) as server:
        status = Api(server.url).call("GET", "/v2/health/live").status
    assert status == (403 if "--enforce-auth" in line else 200)
