"""`sparely load`."""

import re
import socket
from pathlib import Path

import pytest

from sparely_toolkit.loadtest.load import NoAddress, require_listener
from sparely_toolkit.problems import ExitCode
from support.command_line import Sparely
from support.command_line import sparely as sparely
from support.services import baked, built
from tests.loadtest.built import write_template


def test_an_unknown_shape_is_a_wrong_call(sparely: Sparely) -> None:
    """There was no run, which is neither kept nor broken."""
    outcome = sparely("load", "--shape", "stairs", service=baked().root)

    assert outcome.exit_code == ExitCode.WRONG_CALL
    assert outcome.err == 'No shape "stairs". Available: smoke, constant, steps, spike, soak.\n'


def test_a_host_that_wants_credentials_is_refused_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sparely: Sparely
) -> None:
    """An API with IAM and no AWS credentials end the command at once."""
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    template = write_template(tmp_path / "built")
    host = "https://abc.execute-api.eu-central-1.amazonaws.com"

    outcome = sparely(
        "load", "--template", template, "--host", host, "--output", tmp_path / "reports", service=baked().root
    )

    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err == "The API asks for signatures (SigV4), and there are no AWS credentials.\n"


def test_a_host_where_nobody_listens_is_said_at_once(sparely: Sparely, tmp_path: Path) -> None:
    """Half a minute of failed requests would say no more."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{free.getsockname()[1]}"
        template = write_template(tmp_path / "built")

        outcome = sparely("load", "--template", template, "--host", host, "--output", tmp_path, service=baked().root)

    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err == f"{host} takes no connection (Connection refused); --host names a service that runs.\n"


@pytest.mark.parametrize("host", ["localhost:3000", "ftp://localhost", "http://", "http://localhost:x"])
def test_a_host_that_is_no_address_is_a_wrong_call(host: str) -> None:
    """A scheme is needed."""
    with pytest.raises(NoAddress, match="expected an address such as https://"):
        require_listener(host)


def test_a_missing_template_is_named(tmp_path: Path, sparely: Sparely) -> None:
    """A template that is named is not built."""
    outcome = sparely("load", "--template", tmp_path / "template.yaml", "--output", tmp_path, service=baked().root)

    assert outcome.exit_code == ExitCode.LACKING
    assert f"{tmp_path / 'template.yaml'}" in outcome.err


@pytest.mark.parametrize("option", ["--rate", "--pace"])
@pytest.mark.parametrize("number", ["0", "-3", "nan", "inf"])
def test_a_rate_that_asks_nothing_is_a_wrong_call(sparely: Sparely, option: str, number: str) -> None:
    """A run without requests would break no threshold."""
    outcome = sparely("load", option, number, service=baked().root)

    assert outcome.exit_code == ExitCode.WRONG_CALL
    assert f"{number} is no number above 0." in outcome.err


def test_steps_below_their_threshold_are_a_wrong_call(sparely: Sparely, tmp_path: Path) -> None:
    """They could all hold, and the breaking point would still not be where it should."""
    template = write_template(tmp_path / "built")

    outcome = sparely(
        "load", "--shape", "steps", "--rate", "50", "--template", template, "--output", tmp_path, service=baked().root
    )

    assert outcome.exit_code == ExitCode.WRONG_CALL
    assert outcome.err == (
        "thresholds.toml wants 100 requests a second of steps to hold, and it would offer at most 50: take a --rate "
        "of 100 or more, or another file by --thresholds.\n"
    )


@pytest.mark.slow
def test_a_run_that_ends_before_an_answer_says_that_it_shows_nothing(tmp_path: Path, sparely: Sparely) -> None:
    """Rather than that all thresholds are kept."""
    outcome = sparely("load", "--pace", "1e9", "--rate", "1", "--output", tmp_path, service=built().root)

    assert outcome.exit_code == ExitCode.WRONG_CALL
    assert outcome.err.endswith("so there is nothing to judge: take a smaller --pace or a higher --rate.\n")


@pytest.mark.slow
def test_a_load_test_of_the_built_package_passes(tmp_path: Path, sparely: Sparely) -> None:
    """Every answer is the golden one, and the report is written twice; four users need no more than four environments."""
    (tmp_path / "right.toml").write_text("[every]\nfailed_percent = 0.0\n")
    options = ["--pace", "10", "--rate", "4", "--thresholds", tmp_path / "right.toml", "--output", tmp_path]

    outcome = sparely("load", *options, service=built().root)

    assert outcome.exit_code == ExitCode.DONE, outcome.err
    assert (tmp_path / "load-smoke.md").read_text() in outcome.out
    assert (tmp_path / "load-smoke.html").is_file()


@pytest.mark.slow
def test_a_broken_threshold_ends_with_one(tmp_path: Path, sparely: Sparely) -> None:
    """The report is written all the same, and the sentence says what was not kept."""
    (tmp_path / "strict.toml").write_text("[every]\np99_ms = 0\n")

    outcome = sparely(
        "load", "--pace", "10", "--thresholds", tmp_path / "strict.toml", "--output", tmp_path, service=built().root
    )

    assert outcome.exit_code == ExitCode.NO
    assert outcome.err.startswith("Not kept: p99_ms: ")
    assert outcome.err.endswith(
        " This run of 3 s at up to 20 requests a second was harder than the 30 s at up to 20 that the thresholds are "
        "for; starts of environments weigh more in it.\n"
    )
    assert (tmp_path / "load-smoke.md").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("api", ["rest-key", "http-iam"])
def test_what_the_local_api_throttles_is_counted_and_told(tmp_path: Path, sparely: Sparely, api: str) -> None:
    """Whatever the API answers of it; the sentence names why, what helps, and the log that has it."""
    (tmp_path / "right.toml").write_text("[every]\nfailed_percent = 0.0\n")
    options = ["--concurrency", "1", "--pace", "10", "--thresholds", tmp_path / "right.toml", "--output", tmp_path]

    outcome = sparely("load", *options, service=built(api).root)

    log = tmp_path / "load-smoke-api.log"
    count = int(log.read_text().rpartition("Throttled in all: ")[2].split()[0])
    assert outcome.exit_code == ExitCode.NO
    assert f" throttled here while 1 environment started or served, which is as many as may run at once ({log})" in (
        outcome.err
    )
    counted = re.search(r"^\| throttled \| (\d+) \|", (tmp_path / "load-smoke.md").read_text(), re.MULTILINE)
    assert counted is not None
    assert 0 < int(counted[1]) <= count  # what is under way as the run ends is counted by the server alone


@pytest.mark.parametrize("command", ["load", "plan"])
def test_every_command_explains_itself(command: str, sparely: Sparely) -> None:
    """`--help` names what the command does, outside of a service too."""
    outcome = sparely(command, "--help")

    assert outcome.exit_code == ExitCode.DONE
    assert f"Usage: sparely {command}" in outcome.out


def test_help_says_what_clients_of_each_api_need(sparely: Sparely) -> None:
    """Also which service a request is signed for."""
    words = " ".join(sparely("load", "--help").out.split())

    assert "execute-api (HTTP API) or lambda (function URL); LOAD_BEARER_TOKEN; LOAD_API_KEY" in words
