"""What pytest makes of the plugin, in a service and elsewhere."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.services import MODELS, baked

FIXTURES = ("project", "artifact", "service", "ask", "invoke", "golden", "area", "event")


def collected(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """pytest in a folder, by its own settings, without running a test."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_a_service_has_the_fixtures_that_are_documented() -> None:
    """Each says what it is."""
    import sparely_toolkit.testing as documented

    listed = collected(baked().root, "--fixtures", "-q").stdout

    for name in FIXTURES:
        assert f"| `{name}` |" in (documented.__doc__ or "")
        assert f"\n{name} " in listed
    assert "no docstring available" not in listed.partition("fixtures defined from sparely_toolkit")[2]


def test_tests_run_once_for_each_model_area_and_event() -> None:
    """Their names are what a failure is known by."""
    listed = collected(baked().root, "--collect-only", "-q").stdout

    paths = [f"{file.parts[-3]}/{file.parts[-2]}" for file in MODELS.glob("*/*/manifest.json")]
    assert [path for path in paths if f"[{path}]" not in listed] == []
    assert "[clinic]" in listed
    assert "[not-json]" in listed


def test_a_model_that_cannot_be_read_is_said_in_one_sentence(tmp_path: Path) -> None:
    """Before any test runs."""
    (tmp_path / "template.yaml").touch()
    for name, text in {"handler/app.py": "", "models/shop/churn/manifest.json": "{"}.items():
        (tmp_path / "src" / name).parent.mkdir(parents=True)
        (tmp_path / "src" / name).write_text(text, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")

    done = collected(tmp_path)

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert done.stderr.startswith("ERROR: ")
    assert "models/shop/churn/manifest.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_of_a_service_there_is_nothing_of_it(tmp_path: Path) -> None:
    """Whoever has the toolkit installed has his own fixtures of these names."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\n\n@pytest.mark.parametrize('event', [1])\ndef test_it(event):\n    pass\n", "utf-8"
    )

    listed = collected(tmp_path, "--fixtures").stdout

    assert "sparely" not in listed.partition("fixtures defined from")[2]
    assert collected(tmp_path, "-q").returncode == 0
