"""Every choice and every pair of choices gives a service that is valid, builds, starts and answers."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from samcli.cli.main import cli as sam

from tests.conftest import Bake, Equip, run, user_environment
from tests.options import AWKWARD, CHOICES, Answers, covering, every, pairs, title
from tests.test_arm64 import RUN_EVENTS, alike, arm64_python

ROWS = covering(CHOICES)
# Each row has another awkward text, so that sam and cfn-lint read all of them.
TEXTS = dict(zip(map(title, ROWS), (*AWKWARD, "Prediction Service"), strict=True))
ELF_MACHINES = {"x86_64": 62, "arm64": 183}
GOLDEN = Path("src", "models", "winery", "cultivar", "golden.json")
EVENTS = {"http-iam": "2.0", "http-jwt": "2.0", "rest-key": "1.0"}


def test_every_pair_of_choices_is_tried() -> None:
    """A new prompt or choice joins the rows by itself; none is left out."""
    assert pairs(ROWS) == pairs(every(CHOICES))
    assert len(ROWS) < len(every(CHOICES))


@pytest.mark.parametrize("answers", ROWS, ids=title)
def test_every_pair_is_a_valid_template(bake: Bake, monkeypatch: pytest.MonkeyPatch, answers: Answers) -> None:
    """SAM and cfn-lint find nothing to say, on plain and on linted validation, whatever the texts hold."""
    text = TEXTS[title(answers)]
    monkeypatch.chdir(bake(project_name=text, description=f"About {text}", **answers))
    for name, value in user_environment().items():
        monkeypatch.setenv(name, value)

    # In this process, since two of three seconds of a command are imports; `make check` of a service runs the command.
    told = [CliRunner().invoke(sam, command) for command in (["validate"], ["validate", "--lint"])]

    assert [each.exit_code for each in told] == [0, 0], told[0].output + told[1].output
    assert all("is a valid SAM Template" in each.output for each in told)


@pytest.mark.slow
@pytest.mark.parametrize("answers", ROWS, ids=title)
def test_every_pair_builds_starts_and_answers(bake: Bake, equip: Equip, answers: Answers) -> None:
    """The package is of the wanted architecture and gives the estimators' answers: over HTTP, or emulated."""
    service = bake(**answers)
    equip(service)

    assert "Build Succeeded" in run("make", "build", cwd=service)

    package = service / ".aws-sam" / "build" / "PredictFunction"
    assert machines(package) == {ELF_MACHINES[answers["cpu_architecture"]]}
    here = {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    if answers["cpu_architecture"] == here:
        asked = run(".venv/bin/python", "-m", "pytest", "tests/built/test_local_api.py", cwd=service)
        assert (" passed" in asked, " skipped" in asked) == (True, False)
    elif answers["cpu_architecture"] == "arm64":
        expected, given = golden_answers(service, package, EVENTS[answers["api"]])
        assert alike(given, expected)
    else:
        pytest.skip("built, but x86_64 code does not run on this machine")


def machines(package: Path) -> set[int]:
    """The architectures of a package's libraries, as their ELF headers number them."""
    heads = [path.read_bytes()[:20] for path in package.rglob("*.so*") if path.is_file()]
    return {int.from_bytes(head[18:20], "little") for head in heads if head.startswith(b"\x7fELF")}


def golden_answers(service: Path, package: Path, payload: str) -> tuple[list[Any], list[Any]]:
    """What a model's golden file expects, and what the package answers where its architecture is emulated."""
    golden = json.loads((service / GOLDEN).read_text("utf-8"))
    event = json.loads((service / "events" / payload / "predict-winery-cultivar.json").read_text("utf-8"))
    file = service / "golden-event.json"
    file.write_text(json.dumps({**event, "body": json.dumps({"instances": golden["instances"]})}), "utf-8")
    known = (f"PATH={os.environ['PATH']}", f"HOME={Path.home()}", f"PYTHONPATH={package}")
    settings = ("POWERTOOLS_METRICS_NAMESPACE=tests", "POWERTOOLS_LOG_LEVEL=CRITICAL")
    told = run("env", "-i", *known, *settings, arm64_python(), "-B", "-c", RUN_EVENTS, str(file), cwd=service)
    (answer,) = (line.partition(" ")[2] for line in told.splitlines() if line.startswith("ANSWER"))
    status, document = json.loads(answer)
    assert status == 200
    return golden["predictions"], document["predictions"]["cultivar"]
