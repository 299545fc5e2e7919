"""Why an export ends without a model."""

import sys
from pathlib import Path

import pytest

from sparely_export.refusals import MissingPackage, install_hint


@pytest.fixture
def without_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment as uv makes it, in a folder of its own: it has no pip."""
    monkeypatch.setitem(sys.modules, "pip", None)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv-export"))
    return tmp_path


def test_a_missing_package_is_installed_by_the_services_own_uv(without_pip: Path) -> None:
    """A service has uv in .venv, beside .venv-export."""
    uv = without_pip / ".venv" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.touch()

    assert str(MissingPackage("lightgbm", "opening model.txt")) == (
        "opening model.txt needs the package lightgbm, which is not installed. Install it with\n"
        f"  {uv} pip install --python {sys.executable} lightgbm"
    )


def test_elsewhere_uv_is_taken_from_the_path(without_pip: Path) -> None:
    """Whoever has made an environment by uv has uv."""
    last = str(MissingPackage("lightgbm", "opening model.txt")).splitlines()[-1]

    assert last == f"  uv pip install --python {sys.executable} lightgbm"


def test_an_environment_with_pip_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of notebooks do."""
    monkeypatch.setitem(sys.modules, "pip", sys)
    monkeypatch.setattr(sys, "__spec__", __spec__, raising=False)

    last = str(MissingPackage("lightgbm", "opening model.txt")).splitlines()[-1]

    assert last == f"  {sys.executable} -m pip install lightgbm"


def test_a_missing_import_is_the_package() -> None:
    """The purpose is the caller's words."""
    with (
        pytest.raises(MissingPackage, match=r"^reading Parquet needs the package nowhere_to_be_found, which is not"),
        install_hint("nowhere_to_be_found", "reading Parquet"),
    ):
        __import__("nowhere_to_be_found")
