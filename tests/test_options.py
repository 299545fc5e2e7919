"""Every choice and every pair of choices gives a service that is valid, builds, starts and answers."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from samcli.cli.main import cli as sam

from sparely_toolkit.names import FUNCTION
from sparely_toolkit.package.target import MACHINES, this_architecture
from tests.conftest import Bake, Equip, passes, run, user_environment
from tests.options import AWKWARD, CHOICES, Answers, covering, every, pairs, title
from tests.test_arm64 import RUN_EVENTS, alike, arm64_python

ROWS = covering(CHOICES)
VALIDATION = ["sam", "validate"]
# Each row has another awkward text, so that sam and cfn-lint read all of them.
TEXTS = dict(zip(map(title, ROWS), (*AWKWARD, "Prediction Service"), strict=True))
# These are linted and build in `make test`, the others in `make soak`: of every API the source and what CloudFormation
# gets are linted by the toolkit's own tests, and awkward texts arrive as they were given by test_bake.py.
IN_SHORT = {"http-jwt x86_64 3.12", "rest-key arm64 3.13", "function-url arm64 3.14"}
# Built, checked and tested by test_services.py, in an environment made from nothing.
DEFAULT = {name: choices[0] for name, choices in CHOICES.items()}
LINTED = [
    each if title(each) in IN_SHORT | {title(DEFAULT)} else pytest.param(each, marks=pytest.mark.soak) for each in ROWS
]
BUILT = [
    each if title(each) in IN_SHORT else pytest.param(each, marks=pytest.mark.soak) for each in ROWS if each != DEFAULT
]
GOLDEN = Path("src", "models", "winery", "cultivar", "golden.json")


def test_every_pair_of_choices_is_tried() -> None:
    """A new prompt or choice joins the rows by itself; none is left out."""
    assert pairs(ROWS) == pairs(every(CHOICES))
    assert len(ROWS) < len(every(CHOICES))


@pytest.mark.parametrize("answers", LINTED, ids=title)
def test_every_pair_is_a_valid_template(bake: Bake, monkeypatch: pytest.MonkeyPatch, answers: Answers) -> None:
    """SAM and cfn-lint find nothing to say, whatever the texts hold; the plain command lints, as samconfig.toml has it."""
    text = TEXTS[title(answers)]
    monkeypatch.chdir(bake(project_name=text, description=f"About {text}", **answers))
    for name, value in user_environment().items():
        monkeypatch.setenv(name, value)

    # In this process, since two of three seconds of a command are imports; `make check` of a service runs the command.
    result = CliRunner().invoke(sam, VALIDATION[1:])

    assert result.exit_code == 0, result.output
    assert "is a valid SAM Template" in result.output
    assert "basic SAM Validation" not in result.output


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_is_built_in_short(name: str) -> None:
    """What only `make soak` builds is a pair of choices, each of which a row here has too."""
    in_short = {answers[name] for answers in ROWS if title(answers) in IN_SHORT | {title(DEFAULT)}}

    assert {*map(title, ROWS)} >= IN_SHORT | {title(DEFAULT)}
    assert in_short == {*CHOICES[name]}


@pytest.mark.slow
@pytest.mark.parametrize("answers", BUILT, ids=title)
def test_every_pair_builds_starts_and_answers(bake: Bake, equip: Equip, caches: Path, answers: Answers) -> None:
    """
    The package is of the wanted architecture and gives the estimators' answers: in the service's own tests, or emulated.

    What a choice changes is as clean as the default, too.
    """
    service = bake(**answers)
    equip(service)

    run("make", "build", cwd=service)

    package = service / ".aws-sam" / "build" / FUNCTION
    assert machines(package) == {MACHINES[answers["cpu_architecture"]]}
    if answers["cpu_architecture"] == this_architecture():
        passes(service, {**user_environment(), "MYPY_CACHE_DIR": str(caches / "mypy")})
    elif answers["cpu_architecture"] == "arm64":
        expected, predictions = golden_answers(service, package)
        assert alike(predictions, expected)
    else:
        pytest.skip("built, but x86_64 code does not run on this machine")


def machines(package: Path) -> set[int]:
    """The architectures of a package's libraries, as their ELF headers number them."""
    heads = [path.read_bytes()[:20] for path in package.rglob("*.so*") if path.is_file()]
    return {int.from_bytes(head[18:20], "little") for head in heads if head.startswith(b"\x7fELF")}


def golden_answers(service: Path, package: Path) -> tuple[list[Any], list[Any]]:
    """What a model's golden file expects, and what the package answers where its architecture is emulated."""
    golden = json.loads((service / GOLDEN).read_text("utf-8"))
    (sample,) = (service / "events").rglob("predict-winery-cultivar.json")
    file = service / "golden-event.json"
    event = {**json.loads(sample.read_text("utf-8")), "body": json.dumps({"instances": golden["instances"]})}
    file.write_text(json.dumps(event), "utf-8")
    known = (f"PATH={os.environ['PATH']}", f"HOME={Path.home()}", f"PYTHONPATH={package}")
    settings = ("POWERTOOLS_METRICS_NAMESPACE=tests", "POWERTOOLS_LOG_LEVEL=CRITICAL")
    printed = run("env", "-i", *known, *settings, arm64_python(), "-B", "-c", RUN_EVENTS, str(file), cwd=service)
    (answer,) = (line.partition(" ")[2] for line in printed.splitlines() if line.startswith("ANSWER"))
    status, document = json.loads(answer)
    assert status == 200
    return golden["predictions"], document["predictions"]["cultivar"]
