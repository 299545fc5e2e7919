"""Everyday faults of AWS, each met by the commands that can meet it: one sentence, exit code 4, and nothing lost."""

import re
from pathlib import Path

import pytest

from sparely_toolkit.deployment import stack_states
from sparely_toolkit.deployment.stack_states import REFUSES, STATES
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.samconfig import read_stage
from support.command_line import Sparely
from support.command_line import sparely as sparely
from support.scripted_aws import ACCOUNT
from support.services import baked
from tests.deployment.conftest import DOCS
from tests.deployment.faults.bench import bench
from tests.deployment.faults.cases import CASES, Case

PAGE = (DOCS / "aws-faults.md").read_text("utf-8")
ROW = re.compile(r"^\| ([^|]+?) \| ([^|]+?) \| (.+?) \|$", re.MULTILINE)
ROWS = {name: (commands, said) for name, commands, said in ROW.findall(PAGE) if name not in ("fault", "---")}
"""By a fault's name: the commands that meet it, and what is said."""
OF_SAM = {"a resource that is forbidden", "SAM's bucket gone, and it may not be looked at"}
OF_STATES = {"ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS"}
"""What stands for its kind where a deployment takes seconds: all others are for `make soak`."""

SELDOM = 8
"""The doctor looks at the machine too, which takes seconds."""


def _met() -> list[object]:
    """Every fault by every command; of those that several meet in the same way all but one are for `make soak`."""
    met: list[object] = []
    for number, case in enumerate(CASES):
        stands = case.name in OF_SAM | OF_STATES or not (case.by_sam or case.name in STATES)
        quick = [command for command in case.commands if command != "doctor" or number % SELDOM == 0]
        for command in case.commands:
            sampled = stands and command == quick[number % len(quick)]
            marks = [*([pytest.mark.slow] if case.by_sam else []), *([] if sampled else [pytest.mark.soak])]
            met.append(pytest.param(case, command, id=f"{case.name}-{command}", marks=marks))
    return met


def test_the_page_lists_these_faults_and_no_others() -> None:
    """With the commands that meet each."""
    assert [*ROWS] == [case.name for case in CASES]
    assert {case.name: " ".join(case.commands) for case in CASES} == {name: row[0] for name, row in ROWS.items()}
    assert len(CASES) >= 25


@pytest.mark.parametrize("status", [name for name, state in STATES.items() if state.kind == REFUSES])
def test_a_state_is_the_sentence_of_the_page(status: str) -> None:
    """What is said of it by every command."""
    stage = read_stage(baked().samconfig)

    assert ROWS[status][1] == f"{stack_states.sentence(stage, status)}."


@pytest.mark.parametrize(("case", "command"), _met())
def test_a_fault_is_the_sentence_of_the_page(
    case: Case, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sparely: Sparely
) -> None:
    """Nothing else is said on stderr, and no stack, alias or object is changed."""
    with bench(tmp_path, monkeypatch, is_built=case.by_sam) as made:
        case.arrange(made)
        outcome = sparely(command, "--stage", case.stage, service=made.project.root)
        changing = {each.operation for each in made.aws.asked} & {"UpdateAlias", "ExecuteChangeSet", "CreateStack"}

    said = outcome.out if command == "doctor" else outcome.err
    assert outcome.exit_code == ExitCode.AWS, outcome
    assert ROWS[case.name][1] in re.sub(r"line \d+", "line N", said.replace(str(tmp_path), "~"))
    assert "Traceback" not in outcome.out + outcome.err
    assert command == "doctor" or case.by_sam or outcome.err.count("\n") == 1
    assert changing <= ({"ExecuteChangeSet"} if "resource that" in case.name else set())


def test_a_misspelt_region_is_told_before_what_lies_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sparely: Sparely
) -> None:
    """A key of the region that was meant is no reason to name another key."""
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/12345678-1234-1234-1234-123456789012"
    with bench(tmp_path, monkeypatch) as made:
        text = made.project.samconfig.read_text("utf-8")
        made.samconfig(text.replace("parameter_overrides = [", f'parameter_overrides = [\n  "KmsKeyArn={key}",', 1))
        (misspelt,) = (case for case in CASES if case.name == "a misspelt region")
        misspelt.arrange(made)
        outcome = sparely("deploy", service=made.project.root)

    assert outcome.err.count("\n") == 1
    assert ROWS["a misspelt region"][1] in outcome.err
