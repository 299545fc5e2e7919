"""The issuer of tokens is asked for what API Gateway reads of it, before a stack fails on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sparely_toolkit.deployment.deploy import NotReady, require_ready
from sparely_toolkit.deployment.doctor.finding import PROBLEM, ok
from sparely_toolkit.deployment.doctor.issuer import issuer
from sparely_toolkit.problems import ExitCode
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage
from support.issuer import Issuer, issuing
from support.services import baked
from tests.deployment.faults.bench import closed_port

WHEN = "and API Gateway reads it when it is deployed; set JwtIssuer in samconfig.toml to what its tokens have as iss."


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    """One whose certificate is trusted here."""
    with issuing(tmp_path) as made:
        monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
        yield made


def said(url: str) -> str:
    """What is said against an issuer."""
    found = issuer(url)
    assert found.state == PROBLEM
    return found.text


def test_an_issuer_with_a_discovery_document_is_fine(trusted: Issuer) -> None:
    """It names itself and its keys."""
    assert issuer(trusted.url) == ok("JwtIssuer", trusted.url)


def test_the_example_is_no_issuer() -> None:
    """Nothing is asked."""
    assert said("https://issuer.example.com/") == (
        "https://issuer.example.com/ is an example; set JwtIssuer and JwtAudience in samconfig.toml."
    )


@pytest.mark.parametrize("url", ["http://login.shop.com/", "login.shop.com", "https://"])
def test_an_issuer_is_an_address_with_https(url: str) -> None:
    """API Gateway takes no other."""
    assert said(url) == (
        f"{url} is no address that begins with https://; set JwtIssuer in samconfig.toml to what its tokens have as iss."
    )


def test_an_issuer_that_is_not_reached_is_a_problem() -> None:
    """API Gateway would not reach it either."""
    url = f"https://localhost:{closed_port()}/"

    assert said(url) == f"{url}.well-known/openid-configuration is not reached (Connection refused), {WHEN}"


def test_a_certificate_that_nobody_trusts_is_a_problem(tmp_path: Path) -> None:
    """It is said as what it is."""
    with issuing(tmp_path) as made:
        text = said(made.url)

    assert text == f"{made.url}.well-known/openid-configuration is not reached (its certificate is not trusted), {WHEN}"


@pytest.mark.parametrize(
    ("status", "document", "sentence"),
    [
        (404, {}, f"answers 404, {WHEN}"),
        (200, "text", "names no jwks_uri, where API Gateway finds the keys of tokens; "),
        (200, {"issuer": "x"}, "names no jwks_uri, where API Gateway finds the keys of tokens; "),
        (
            200,
            {"issuer": "https://other/", "jwks_uri": "x"},
            "says that its issuer is https://other/, and every token ",
        ),
    ],
)
def test_what_is_no_discovery_document_is_a_problem(
    trusted: Issuer, status: int, document: object, sentence: str
) -> None:
    """The sentence says what it lacks."""
    trusted.says(document, status)

    assert f"{trusted.url}.well-known/openid-configuration {sentence}" in said(trusted.url)


def test_a_page_instead_of_json_is_a_problem(trusted: Issuer) -> None:
    """As a sign-in page is."""
    trusted.answer = (200, b"<html>")

    assert said(trusted.url) == f"{trusted.url}.well-known/openid-configuration is no JSON, {WHEN}"


def test_what_the_doctor_calls_a_problem_is_not_deployed() -> None:
    """The example of a new service ends in ROLLBACK_COMPLETE on AWS, and so it is not sent there."""
    project: Project = baked("http-jwt")

    with pytest.raises(NotReady) as caught:
        require_ready(project, Stage("default", "s", "us-east-1", settings={"resolve_s3": True}))

    assert str(caught.value).startswith(
        "s was not deployed, JwtIssuer: https://issuer.example.com/ is an example; set JwtIssuer and JwtAudience in "
        "samconfig.toml"
    )
    assert caught.value.exit_code == ExitCode.AWS
