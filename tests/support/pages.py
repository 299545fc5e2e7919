"""
Pages followed to the letter: their files written, their changes made, their commands run, their questions asked.

A comment before a block of code says what it is: `file: PATH` is a whole file, `change: PATH` a diff of one, `run` lines
for a shell, `run in the end` those that check and test what came out, `ask` a curl and `answer` what it must be answered.
With `later` a change, a run, a question or an answer is about what is changed once all else of the page is done.
"""

import json
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sparely.engine.library import installed_library
from sparely_toolkit.project import Project

STEP = re.compile(
    r"^<!-- (file|run in the end|(?:run|change|ask|answer)(?: later)?)(?:: ([^>]+?))? -->\n```\w*\n(.*?)^```$",
    re.M | re.S,
)
HOW_TO = ("cap-a-probability", "compute-dates", "look-up", "own-route", "warm-up")
"""The pages that tests/test_how_to.py follows."""
LINTED = ("audit", "custom-domain", "firewall", "private-api")
"""The pages whose templates and changes of template.yaml the toolkit's tests/infrastructure/test_pages.py validates."""
SETTINGS = "change-settings"
"""The page that tests/deployment/test_settings.py follows."""
PACKAGES = Path(__file__).resolve().parents[2] / "packages"
INSTALLED = Path(sysconfig.get_path("purelib"))
OF_THE_RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")

Run = Callable[[str], object]
"""Runs lines of a shell in the service's folder."""


@dataclass(frozen=True, slots=True)
class Step:
    """One block of a page; `name` is the file that it is about, if it is about one."""

    kind: str
    name: str
    text: str


def steps(page: Path) -> list[Step]:
    """The blocks that are followed, in order."""
    return [Step(kind, name, text) for kind, name, text in STEP.findall(page.read_text("utf-8"))]


def follow(page: Path, service: Path, run: Run, *, kinds: tuple[str, ...] = ("file", "change", "run")) -> None:
    """Do what the page says, up to its questions."""
    for step in steps(page):
        if step.kind not in kinds:
            continue
        if step.kind == "file":
            (service / step.name).parent.mkdir(parents=True, exist_ok=True)
            (service / step.name).write_text(step.text, "utf-8")
        elif step.kind.startswith("change"):
            change(service / step.name, step.text)
        else:
            run(step.text)


def change(file: Path, diff: str) -> None:
    """Make a change that is shown as a diff: the lines that are there must stand in the file once, one after another."""
    lines = [line or " " for line in diff.splitlines()]
    old, new = ("".join(f"{line[1:]}\n" for line in lines if line[0] in f" {sign}") for sign in "-+")
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{file.name} has {text.count(old)} times:\n{old}"
    file.write_text(text.replace(old, new), "utf-8")


def questions(page: Path, when: str = "") -> Iterator[tuple[str, Any]]:
    """Each curl of the page with what it must be answered; `when` is " later" for those after its last changes."""
    asked = ""
    for step in steps(page):
        if step.kind == f"ask{when}":
            asked = step.text.strip()
        elif step.kind == f"answer{when}":
            yield asked, json.loads(step.text)


def wrong_answers(page: Path, url: str, when: str = "") -> list[str]:
    """Type each curl of the page; the answers that lack something of what the page shows."""
    wrong = []
    for curl, expected in questions(page, when):
        typed = curl.replace("http://localhost:3000", url).replace("localhost:3000", url)
        answer = subprocess.run(["bash", "-c", typed], capture_output=True, text=True, check=False).stdout
        if not _holds(json.loads(answer or "null"), expected):
            wrong.append(f"{curl}\n{answer}")
    return wrong


def _holds(answer: Any, expected: Any) -> bool:
    """Whether an answer has all that is shown; numbers as readers would round them."""
    if isinstance(expected, dict):
        return isinstance(answer, dict) and all(
            name in answer and _holds(answer[name], value) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(answer, list) and len(answer) == len(expected) and all(map(_holds, answer, expected))
    if isinstance(expected, float):
        return bool(answer == pytest.approx(expected, abs=5e-3))
    return bool(answer == expected)


def unbuilt(service: Project, folder: Path, variables: Mapping[str, str] | None = None) -> Path:
    """
    The service's sources as if built, at once: beside links to what ships and to Lambda's boto3; its template.

    Args:
        variables: of the function, over those of the template.
    """
    artifact = folder / "function"
    shutil.copytree(service.source, artifact)
    (artifact / "lib").mkdir()
    library = Path(installed_library())
    (artifact / "lib" / library.name).symlink_to(library)
    (artifact / "sparely").symlink_to(PACKAGES / "sparely" / "src" / "sparely")
    for name in {"aws_lambda_powertools", "typing_extensions.py", *OF_THE_RUNTIME}:
        (artifact / name).symlink_to(INSTALLED / name)
    added = "".join(f"          {name}: {json.dumps(value)}\n" for name, value in (variables or {}).items())
    text = service.template.read_text("utf-8")
    known = "          MAX_ROWS: "  # which only the function that answers requests has
    assert text.count(known) == 1
    template = folder / "template.yaml"
    text = text.replace("BuildMethod: makefile", "SamResourceId: function")  # as of what SAM has built
    template.write_text(text.replace("CodeUri: src/", "CodeUri: function/").replace(known, added + known), "utf-8")
    return template
