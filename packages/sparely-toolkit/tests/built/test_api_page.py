"""The examples of docs/api.md do what the page says, against the service with all its checks on."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sparely_toolkit
from support.api import Api
from support.services import APIS

pytestmark = pytest.mark.slow
PAGE = Path(sparely_toolkit.__file__).with_name("docs").joinpath("api.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(bash|python|js)(?: (\S+))?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def run(language: str, code: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a block and return what it prints."""
    interpreter = {"bash": "bash", "python": sys.executable, "js": "node"}[language]
    if not shutil.which(interpreter):
        pytest.skip(f"{interpreter} is not installed")
    file = folder / f"example.{'mjs' if language == 'js' else language}"
    file.write_text(code, "utf-8")
    done = subprocess.run([interpreter, str(file)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("language", ["bash", "python", "js"])
def test_the_client_of_this_services_kind_gets_its_answer(
    choice: str, language: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    """curl, Python and JavaScript as they stand on the page, with credentials checked."""
    (code,) = [each for kind, tag, each in BLOCKS if (kind, tag) == (language, choice)]

    assert "grignolino" in run(language, code, tmp_path, environment)


def test_without_credentials_the_same_is_refused(choice: str, tmp_path: Path, environment: dict[str, str]) -> None:
    """So the examples above show that credentials are taken, not that none are wanted."""
    (code,) = [each for kind, tag, each in BLOCKS if (kind, tag) == ("bash", choice)]
    stranger = {**environment, "AWS_SECRET_ACCESS_KEY": "another", "TOKEN": "another", "API_KEY": "another"}

    with pytest.raises(AssertionError, match=r"40[13]"):
        run("bash", code, tmp_path, stranger)


def test_every_choice_has_a_client_in_every_language() -> None:
    """Every choice, three languages."""
    assert {(kind, tag) for kind, tag, _ in BLOCKS if tag} == {
        (kind, tag) for kind in ("bash", "python", "js") for tag in APIS
    }


def test_the_triton_example_works(api: Api, tmp_path: Path) -> None:
    """It names the port of `make run`, and no credentials."""
    pytest.importorskip("tritonclient.http")
    (code,) = [each for kind, tag, each in BLOCKS if (kind, tag) == ("python", "") and "triton" in each]
    address = api.url.removeprefix("http://")

    printed = run("python", code.replace("localhost:3000", address), tmp_path, dict(os.environ))

    assert "grignolino" in printed
