"""What the checks know of the models."""

import subprocess
from pathlib import Path

import pytest

from sparely.golden import NoGoldenRows, load_golden
from tests.check.conftest import PROJECT

HOOKS = PROJECT / "hooks"


@pytest.mark.parametrize("target", ["build-CheckNewVersion", "build-CheckAlias"])
def test_the_package_holds_code_and_golden_rows_of_every_model(target: str, tmp_path: Path) -> None:
    """`sam build` runs the target from a folder of its own; models stay out, what they must answer is in."""
    scratch, artifact = tmp_path / "scratch", tmp_path / "artifact"
    scratch.mkdir()
    command = ["make", "--silent", "-f", str(HOOKS / "Makefile"), target, f"ARTIFACTS_DIR={artifact}"]

    subprocess.run(command, cwd=scratch, check=True)

    packed = {file.relative_to(artifact).as_posix() for file in artifact.rglob("*") if file.is_file()}
    code = {f"hooks/{file.name}" for file in HOOKS.glob("*.py")}
    models = (PROJECT / "src" / "models").glob("*/*/*.json")
    assert packed == code | {file.relative_to(PROJECT / "src").as_posix() for file in models}
    assert len(load_golden(artifact / "models")) == len(packed - code) / 2


def test_a_package_without_rows_is_refused(tmp_path: Path) -> None:
    """A check of nothing would always pass."""
    with pytest.raises(NoGoldenRows) as caught:
        load_golden(tmp_path)

    assert str(caught.value) == f"{tmp_path} holds no manifest.json with a golden.json beside it."
