"""`make unpack`: what a service's owner changes in our sources is what is installed and ships, until it is undone."""

import hashlib
import shutil
from pathlib import Path

import pytest
from cookiecutter.main import cookiecutter

from tests.conftest import REPOSITORY, files, run

ANSWER = Path("sparely", "handler", "response.py")
MARK = "# ours now\n"


def shipped(service: Path) -> dict[str, str]:
    """The digests of what the function's package holds, made as `sam build` has it made."""
    artifact = service / "shipped"
    shutil.rmtree(artifact, ignore_errors=True)
    artifact.mkdir()
    run("make", "package", "FUNCTION=PredictFunction", f"FOLDER={artifact}", cwd=service)
    return {name: hashlib.sha256((artifact / name).read_bytes()).hexdigest() for name in files(artifact)}


def installed_from(service: Path) -> Path:
    """Where the service's environment has the package that ships."""
    code = "import sparely; print(sparely.__file__)"
    return Path(run(str(service / ".venv" / "bin" / "python"), "-c", code, cwd=service).strip()).resolve()


@pytest.mark.slow
def test_changed_sources_are_installed_and_ship_until_it_is_undone(tmp_path: Path) -> None:
    """Nothing else of the package differs, and afterwards it is the old one to the byte."""
    service = Path(cookiecutter(str(REPOSITORY), no_input=True, output_dir=str(tmp_path)))
    before = shipped(service)

    run("make", "unpack", cwd=service)
    same = shipped(service)
    source = service / "packages" / "sparely" / "src" / ANSWER
    source.write_text(source.read_text("utf-8") + MARK, "utf-8")
    changed = shipped(service)
    place = installed_from(service)
    run("make", "unpack", "ARGS=--undo --force", cwd=service)

    assert same == before
    assert {name for name in changed if changed[name] != before.get(name)} == {
        ANSWER.as_posix(),
        (ANSWER.parent / "__pycache__" / "response.cpython-313.pyc").as_posix(),
        "sbom.cdx.json",
    }
    assert place == service.resolve() / "packages" / "sparely" / "src" / "sparely" / "__init__.py"
    assert installed_from(service).is_relative_to(service.resolve() / ".venv")
    assert shipped(service) == before
