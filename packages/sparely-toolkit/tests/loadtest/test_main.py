"""The command line of a load test."""

import subprocess
import sys
from pathlib import Path

import pytest

from sparely_toolkit.loadtest.__main__ import main
from tests.loadtest.built import write_template

SERVICE = Path(__file__).resolve().parents[2]


def test_an_unknown_shape_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    """There was no run, which is neither kept nor broken."""
    assert main(["--shape", "stairs"]) == 2
    assert capsys.readouterr().err == 'No shape "stairs". Available: smoke, constant, steps, spike, soak.\n'


def test_a_host_that_wants_credentials_is_refused_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An API with IAM and no AWS credentials end the command at once."""
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    template = write_template(tmp_path / "built")
    host = "https://abc.execute-api.eu-central-1.amazonaws.com"

    status = main(["--template", str(template), "--host", host, "--output", str(tmp_path / "reports")])

    assert status == 2
    assert capsys.readouterr().err == "The API asks for signatures (SigV4), and there are no AWS credentials.\n"


def test_a_missing_build_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a built template the command says how to make one."""
    assert main(["--template", str(tmp_path / "template.yaml"), "--output", str(tmp_path)]) == 2
    assert "no built template" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["loadtest", "loadtest.plan", "loadtest.story", "loadtest.validate"])
def test_every_command_explains_itself(module: str) -> None:
    """`--help` names what the command does, without Locust being loaded."""
    ended = subprocess.run(
        [sys.executable, "-m", module, "--help"], cwd=SERVICE, capture_output=True, text=True, check=True
    )

    assert ended.stdout.startswith(f"usage: python -m {module}")
