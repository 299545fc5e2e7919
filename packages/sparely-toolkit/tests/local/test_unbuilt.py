"""A template that is yet to be built is no version of a service: its sources lack what ships with them."""

from pathlib import Path

import pytest

from sparely_toolkit.local.template import NothingToServe
from sparely_toolkit.local.unbuilt import YetToBuild, require_built
from sparely_toolkit.problems import ExitCode
from support.command_line import Sparely
from support.command_line import sparely as sparely
from support.services import baked

OPTIONS = [
    *(("rehearse", "--live"), ("rehearse", "--new"), ("run", "--template"), ("run", "--with")),
    *(("invoke", "--template"), ("load", "--template"), ("plan", "--template"), ("token", "--template")),
]
METADATA = "Resources: {Predict: {Type: AWS::Serverless::Function, Metadata: {BuildMethod: makefile%s}}}"


@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=map(" ".join, OPTIONS))
def test_the_services_own_template_is_refused(sparely: Sparely, command: str, option: str) -> None:
    """It would be served, and answer each request with what its sources cannot import."""
    service = baked().root

    outcome = sparely(command, option, service / "template.yaml", service=service)

    assert (outcome.exit_code, outcome.out) == (ExitCode.WRONG_CALL, "")
    assert outcome.err == (
        f"{service / 'template.yaml'} is yet to be built: expected what `sparely build` makes of it, "
        ".aws-sam/build/template.yaml.\n"
    )


def test_its_folder_is_refused_alike(tmp_path: Path) -> None:
    """A folder with a template in it stands for that template."""
    (tmp_path / "template.yaml").write_text(METADATA % "", "utf-8")

    with pytest.raises(YetToBuild):
        require_built(tmp_path)


def test_what_sam_has_built_is_taken(tmp_path: Path) -> None:
    """`sam build` notes the resource in the metadata of what it has built."""
    (tmp_path / "template.yaml").write_text(METADATA % ", SamResourceId: Predict", "utf-8")

    require_built(tmp_path / "template.yaml")


def test_folder_of_an_artifact_is_taken(tmp_path: Path) -> None:
    """It has no template."""
    require_built(tmp_path)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    """Before anything is built or started."""
    with pytest.raises(NothingToServe, match="elsewhere: expected a built"):
        require_built(tmp_path / "elsewhere")
