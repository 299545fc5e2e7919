"""
`sparely sagemaker`: its commands, and what they say where something is missing.

That its check finds nothing in the add-on is shown by the repository's tests of baked services.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from support.command_line import Sparely

HEAVY = ("aiohttp", "airspeed", "boto3", "botocore", "granian", "jsonpath_ng", "locust", "sparely.engine")


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """The folder of a service without the add-on."""
    (tmp_path / "src" / "handler").mkdir(parents=True)
    (tmp_path / "src" / "handler" / "app.py").touch()
    (tmp_path / "template.yaml").write_text("Runtime: python3.13\nArchitectures: [x86_64]\n", "utf-8")
    return tmp_path


def test_sparely_lists_it_among_its_commands(sparely: Sparely) -> None:
    """The package brings it; the toolkit knows nothing of it."""
    assert "sagemaker" in sparely("--help").out


@pytest.mark.parametrize("command", ["run", "build", "image", "check", "compare"])
def test_every_command_says_what_it_takes(sparely: Sparely, command: str) -> None:
    """Help is there without a service."""
    outcome = sparely("sagemaker", command, "--help")

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert f"sparely sagemaker {command}" in outcome.out


@pytest.mark.parametrize("command", ["run", "build", "image", "check", "compare"])
def test_a_service_without_the_add_on_is_told_how_to_get_it(sparely: Sparely, command: str, service: Path) -> None:
    """One sentence, and the exit code of what is lacking."""
    outcome = sparely("sagemaker", command, service=service)

    assert (outcome.exit_code, outcome.out, outcome.err) == (
        3,
        "",
        f"{service} has no folder sagemaker/; "
        f"`make new ADDON=sagemaker SERVICE={service}` in a clone of sparely adds it.\n",
    )


def test_an_architecture_that_there_is_not_is_a_wrong_call(sparely: Sparely) -> None:
    """The known ones are named."""
    outcome = sparely("sagemaker", "run", "tripled")

    assert outcome.exit_code == 2
    assert "'tripled' is not one of 'multi-model', 'direct'" in outcome.err


@pytest.mark.slow
def test_a_template_that_sam_refuses_is_named(sparely: Sparely, service: Path) -> None:
    """The check says no, which is exit code 1."""
    (service / "sagemaker").mkdir()
    template = service / "sagemaker" / "multi-model.yaml"
    template.write_text("Resources: {Api: {Type: AWS::Serverless::HttpApi, Properties: {Nothing: 1}}}\n", "utf-8")

    outcome = sparely("sagemaker", "check", service=service)

    assert outcome.exit_code == 1
    assert outcome.err.endswith(f"`sam validate` refuses {template}; its own words above say why.\n")


def test_help_loads_nothing_heavy() -> None:
    """`sparely --help` stays quick with the add-on installed."""
    script = (
        "import sys\nfrom sparely_toolkit.cli.commands import run\nrun(['sagemaker', '--help'])\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stderr == "[]\n"
