"""How the service is called that `make run` serves."""

import shutil
from pathlib import Path

import pytest

from sparely_toolkit.models import calling
from sparely_toolkit.project import Project
from support.services import baked


@pytest.mark.parametrize(
    ("variable", "makefile", "expected"),
    [
        (None, None, "http://localhost:3000"),
        (None, "PORT ?= 8123\n", "http://localhost:8123"),
        ("9000", "PORT ?= 8123\n", "http://localhost:9000"),
        ("", "run:\n\trun --port $(PORT)\n", "http://localhost:3000"),
    ],
)
def test_the_address_is_that_of_make_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str | None, makefile: str | None, expected: str
) -> None:
    """By PORT of the environment, which goes before the Makefile's."""
    monkeypatch.delenv("PORT", raising=False)
    if variable is not None:
        monkeypatch.setenv("PORT", variable)
    if makefile:
        (tmp_path / "Makefile").write_text(makefile, "utf-8")

    assert calling.address(Project(tmp_path)) == expected


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("http-iam", ""),
        ("http-jwt", '-H "authorization: Bearer $(.venv/bin/sparely token)"'),
        ("rest-key", "-H 'x-api-key: local'"),
        ("function-url", ""),
    ],
)
def test_a_curl_has_what_the_api_wants_here(api: str, expected: str) -> None:
    """Key or token; signatures are not asked for on this machine."""
    assert calling.curl_options(baked(api)) == expected


def test_a_template_that_cannot_be_read_wants_nothing(tmp_path: Path) -> None:
    """What is wrong with it is for others to say."""
    shutil.copy(baked().samconfig, tmp_path)
    (tmp_path / "template.yaml").write_text("Resources: [", "utf-8")

    assert calling.curl_options(Project(tmp_path)) is None
