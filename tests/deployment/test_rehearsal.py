"""Rollouts played on this machine with the package as it is built: a good version and several bad ones."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.commands.command_lines import words
from tests.commands.test_command_lines import LINES, PLAYED, who_runs
from tests.conftest import user_environment
from tests.support.services import built

BEFORE, WHILE = "refused before traffic", "rolled back"
SLOW = "slow on 5 % of callers"
BAD = {
    "wrong predictions": (BEFORE, "predictions[0].label is 'usual?'; expected 'usual'"),
    SLOW: (WHILE, "alarm NewVersionLatency"),
    "failing on 2 % of callers": (WHILE, "alarm NewVersionErrors"),
    "answering 500 to 2 % of callers": (WHILE, "alarm NewVersionFaults"),
    "memory hog": (WHILE, "alarm NewVersionErrors"),
    "init failure": (BEFORE, "this version does not start"),
}
# One that is refused; one that is rolled back is on the pages, and the others differ from it in one alarm.
IN_SHORT = {"wrong predictions"}
KINDS = [each if each in IN_SHORT else pytest.param(each, marks=pytest.mark.soak) for each in BAD]
FEW, ENOUGH = 5_000, 20_000
MINUTE = "--minute-s 1"
"""Half of what it is by default, which the pages' own lines have: nothing depends on it here."""
MAKE_FAILED = 2
BUILT = ".aws-sam/build/template.yaml"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built service of its own, for what a rehearsal leaves in it."""
    folder = tmp_path_factory.mktemp("rehearsed") / "prediction-service"
    return Path(shutil.copytree(built().root, folder, symlinks=True))


def rehearse(service: Path, name: str, arguments: str) -> tuple[int, dict[str, Any]]:
    """Play a rollout; give make's exit status and the JSON that was written."""
    command = ["make", "rehearse", f"ARGS={arguments}"]
    status = subprocess.run(command, cwd=service, env=user_environment(), check=False).returncode
    return status, written(service, name)


def written(service: Path, name: str) -> dict[str, Any]:
    """The JSON of a version that was played."""
    file = service / "reports" / "rehearsal" / f"{name.replace(' %', '').replace(' ', '-')}.json"
    return dict(json.loads(file.read_text("utf-8")))


@pytest.mark.parametrize("enough", [FEW, pytest.param(ENOUGH, marks=pytest.mark.soak)])
def test_a_good_version_is_promoted_without_a_failed_request(service: Path, enough: int) -> None:
    """Of so many requests before, during and after the rollout, callers see none fail."""
    status, outcome = rehearse(service, "the built package", f"--at-least {enough} {MINUTE}")

    assert (status, outcome["ending"], outcome["failed"]) == (0, "promoted", 0)
    assert outcome["requests"] >= enough
    assert outcome["rollout"] == "Canary10Percent5Minutes"
    assert (service / "reports" / "rehearsal" / "the-built-package.svg").is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_version_is_taken_back(service: Path, kind: str) -> None:
    """It is caught where it should be, and no request fails that it did not get."""
    status, outcome = rehearse(service, kind, f"--bad '{kind}' {MINUTE}")

    ending, reason = BAD[kind]
    assert (status, outcome["ending"]) == (0, ending)
    assert reason in outcome["reason"]
    assert outcome["failed_elsewhere"] == 0
    assert ending == WHILE or outcome["failed"] == 0


REHEARSALS = [line for line in LINES if who_runs(line) == [PLAYED]]


@pytest.mark.parametrize(
    "line", [each if " slow" in each else pytest.param(each, marks=pytest.mark.soak) for each in REHEARSALS]
)
def test_a_rehearsal_of_the_pages_is_played(service: Path, line: str) -> None:
    """As it stands there; a bad version that is caught is a good end, an alarm that rings before is none."""
    command = [word.replace("FILE", BUILT).replace("OTHER/template.yaml", BUILT) for word in words(line)]

    done = subprocess.run(command, cwd=service, env=user_environment(), capture_output=True, text=True, check=False)

    is_caught = "The bad version was caught, as it should be" in done.stdout
    expected = MAKE_FAILED if "--ringing" in line else 0
    assert (done.returncode, is_caught) == (expected, "--bad" in line), done.stderr
    if line.endswith('"--bad slow"'):
        outcome = written(service, SLOW)
        assert (outcome["ending"], outcome["failed_elsewhere"]) == (WHILE, 0)
        assert BAD[SLOW][1] in outcome["reason"]


@pytest.mark.soak
def test_a_linear_rollout_is_promoted(service: Path) -> None:
    """Nine steps of a minute each; the share grows by a tenth."""
    status, outcome = rehearse(service, "the built package", "--rollout Linear10PercentEvery1Minute")

    shares = [minute["share"] for minute in outcome["minutes"]]
    assert status == 0
    assert sorted({round(share, 1) for share in shares}) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
