"""What the generated README lists under `make` does what it says, in a baked service as a user has it."""

import re
from pathlib import Path

import pytest
from cookiecutter.main import cookiecutter

from benchmarks.stopwatch import block
from tests.conftest import REPOSITORY, Equip, differing, run

DERIVING = [("make", "contract"), ("make", "models"), ("make", "fix")]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default service as it comes out of the template."""
    return Path(cookiecutter(str(REPOSITORY), no_input=True, output_dir=str(tmp_path_factory.mktemp("fresh"))))


@pytest.fixture(scope="module")
def service(equip: Equip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with an environment and a build."""
    baked = Path(cookiecutter(str(REPOSITORY), no_input=True, output_dir=str(tmp_path_factory.mktemp("used"))))
    equip(baked)
    run("make", "build", cwd=baked)
    return baked


def changed(fresh: Path, service: Path) -> set[str]:
    """Which of the template's files are not as they came."""
    made = (".venv", ".aws-sam", "reports", "__pycache__", ".ruff_cache", ".mypy_cache")
    return {name for name in differing(fresh, service) if not set(Path(name).parts) & set(made)}


@pytest.mark.parametrize("command", DERIVING, ids=" ".join)
def test_what_is_derived_is_there_already(fresh: Path, service: Path, command: tuple[str, str]) -> None:
    """Models trained anew, the contract made anew and formatting change no byte."""
    run(*command, cwd=service)

    assert changed(fresh, service) == set()


def test_the_doctor_finds_no_problem_on_this_machine(service: Path) -> None:
    """Without credentials it looks at the machine, says so, and has nothing against it."""
    told = run("make", "doctor", cwd=service)

    assert "problem" not in {line.split()[0] for line in told.splitlines() if line.strip()}


def test_the_plan_is_a_page_with_its_assumptions(service: Path) -> None:
    """Markdown and HTML lie in reports/."""
    run("make", "plan", cwd=service)

    assert "USD" in (service / "reports" / "plan.md").read_text("utf-8")
    assert "<svg" in (service / "reports" / "plan.html").read_text("utf-8")


def test_a_smoke_load_keeps_its_thresholds(service: Path) -> None:
    """Half a minute of light load ends with the table and without a failure."""
    told = run("make", "load", "SHAPE=smoke", cwd=service)

    assert re.search(r"\b0\.00\b", told)


def test_an_added_model_is_served(service: Path, tmp_path: Path) -> None:
    """The guide's own example by way of make: it reports parity, and the package and the README have it."""
    (tmp_path / "fit.py").write_text(block(service / "docs" / "add-a-model.md", "fit.py"), "utf-8")
    run(str(service / ".venv" / "bin" / "python"), "fit.py", cwd=tmp_path)
    model, rows = f"MODEL={tmp_path / 'tumour.joblib'}", f"DATA={tmp_path / 'tumours.csv'}"

    told = run("make", "add-model", model, rows, "AREA=oncology", "NAME=tumour", "ARGS=--target diagnosis", cwd=service)
    run("make", "build", cwd=service)

    assert "parity on" in told
    assert (service / ".aws-sam/build/PredictFunction/models/oncology/tumour/model.onnx").is_file()
    assert "`oncology/tumour`" in (service / "README.md").read_text("utf-8")
