"""What the repository's README lists does what it says; what measures does so in its shortest form."""

import shutil
import sys
from pathlib import Path

import pytest

from benchmarks.experiments import VARIANTS
from benchmarks.roster import CONTESTANTS
from sparely_toolkit.package.engine_library import ENGINE
from tests.commands.documents import README, as_written
from tests.conftest import REPOSITORY, Bake, differing, files, run

STEPS = ("prepare", "present", "@service.before", "@service.after")
ARCHITECTURES = REPOSITORY / "docs" / "architectures.md"
A_TEST = "tests/benchmarks/test_page.py"
SHORT_BENCH = (
    "--rounds 1 --requests 32 --slow-rounds 1 --slow-requests 8 --pairs 1 --score-pairs 1 --score-rows 20000 "
    "--growth-rounds 1 --growth-megabytes 1"
)
SHORT_COMPARE = "--rounds 1 --rate 20 --seconds 2 --steps 20 --step-seconds 2"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder that has the documents into which figures are written."""
    shutil.copytree(REPOSITORY / "docs", tmp_path / "docs")
    shutil.copy(README, tmp_path)
    return tmp_path


def rewritten(copy: Path) -> set[str]:
    """Which documents are not those of the repository."""
    return {name for name in files(copy) if (copy / name).read_bytes() != (REPOSITORY / name).read_bytes()}


def test_the_demo_prints_real_predictions_size_and_start() -> None:
    """Every sample model answers, and the package's size and init time are shown."""
    printed = run("make", "demo", cwd=REPOSITORY)

    assert printed.count("the trained estimator said") == 4
    assert "MB zipped" in printed
    assert "Init Duration" in printed


def test_some_tests_can_be_run_alone() -> None:
    """ARGS goes to pytest; all of them is what runs this one."""
    assert " passed" in run("make", "test", "PACKAGE=repository", f"ARGS={A_TEST}", cwd=REPOSITORY)


def test_fast_checks_and_tests() -> None:
    """Here a part of the tests and one of the checks."""
    printed = run("make", "fast", "PACKAGE=repository", f"ARGS={A_TEST}", cwd=REPOSITORY)

    assert printed.startswith("== repository\n")
    assert " passed" in printed
    assert run("make", "fast", "PACKAGE=ruff", cwd=REPOSITORY).startswith("== ruff\nAll checks passed!")
    assert "Success: no issues found" in run("make", "fast", "PACKAGE=types-sparely", cwd=REPOSITORY)


@pytest.mark.soak  # CI begins with it, `make fast` has its parts
def test_check_finds_nothing() -> None:
    """The tree as it stands is clean, to linters and types: of sources, here, on macOS and on Windows, and of all tests."""
    printed = run("make", "check", cwd=REPOSITORY)

    assert printed.count("Success: no issues found") == 4 + len([*(REPOSITORY / "packages").glob("*/tests")])


@pytest.fixture
def repository(published: Path, tmp_path: Path) -> Path:
    """A copy of this repository with its environment, in which nothing is installed anew."""
    run("git", "clone", "--quiet", str(published), str(tmp_path / "clone"), cwd=tmp_path)
    (tmp_path / "clone" / ".venv").symlink_to(REPOSITORY / ".venv")
    return tmp_path / "clone"


def changed_in(repository: Path) -> list[str]:
    """What git sees there."""
    lines = run("git", "status", "--porcelain", cwd=repository).splitlines()
    return [line for line in lines if line != "?? .venv"]


def test_wheels_and_locks_are_there_already(repository: Path) -> None:
    """Built and compiled again, nothing changes: whoever changes a package runs `make wheels`."""
    run("make", "-o", ".venv/ready", "wheels", cwd=repository)
    run("make", "-o", ".venv/ready", "lock", cwd=repository)

    assert changed_in(repository) == []


@pytest.mark.soak  # test_locked.py moves a service's locks to the newest
def test_an_update_changes_locks_alone(repository: Path) -> None:
    """Whatever is newest fits together, for services, contestants and this repository; the engine stays."""
    run("make", "-o", ".venv/ready", "update", cwd=repository)

    assert [line for line in changed_in(repository) if not line.endswith(".txt")] == []
    engine = repository / ENGINE.relative_to(REPOSITORY)
    assert "onnxruntime==1.27.0 \\\n    --hash=sha256:" in engine.read_text("utf-8")


def test_the_long_runs_are_there() -> None:
    """They are collected, and run by whoever has the time."""
    assert "::test_" in run("make", "soak", "PACKAGE=sparely", "ARGS=--collect-only -q", cwd=REPOSITORY)


@pytest.mark.soak  # tests/benchmarks has the sample: some contestants, and what becomes of figures
def test_bench_writes_page_pictures_and_the_readmes_table(copy: Path) -> None:
    """Every contestant answers rightly, and nothing but what it measures is written."""
    run("make", "bench", f"ARGS={SHORT_BENCH} --output {copy}", cwd=REPOSITORY)

    page = (copy / "docs" / "benchmarks.md").read_text("utf-8")
    assert all(f"| {each.title} |" in page for each in CONTESTANTS)
    drawn = ("docs/images/benchmark-", "docs/images/growth-")
    pictures = {name for name in rewritten(copy) if name.startswith(drawn)}
    assert all(any(name.startswith(each) for name in pictures) for each in drawn)
    written = {"README.md", "docs/benchmarks.md", "docs/decisions.md", "docs/growth.md", "benchmarks/results.json"}
    assert rewritten(copy) == pictures | written


@pytest.mark.soak  # its steps are those of test_first_minute.py and of test_service.py
def test_the_stopwatch_ends_with_a_prediction_of_ones_own_model(copy: Path) -> None:
    """All steps of the two documents work one after the other, and the page has their table."""
    printed = run("make", "stopwatch", f"ARGS=--output {copy}", cwd=REPOSITORY)

    assert '"versions":{"tumour":' in printed
    assert "| from the clone to a prediction of one's own model |" in printed
    assert rewritten(copy) == {"docs/first-prediction.md"}


def test_experiments_measure_every_variant(copy: Path) -> None:
    """A variant that no longer fits the code ends with an error, so none is stale."""
    printed = run("make", "experiments", f"ARGS=--rounds 1 --output {copy}", cwd=REPOSITORY)

    assert all(f"| {variant} |" in printed for variant in VARIANTS)
    assert rewritten(copy) == {"docs/decisions.md"}


@pytest.mark.soak  # tests/benchmarks/test_own_code.py has the sample
def test_own_code_is_measured_step_by_step(copy: Path) -> None:
    """Every answer with a trivial step is that without; of two pairs no promise is judged."""
    printed = run(sys.executable, "-m", "benchmarks.own_code", "--pairs", "2", "--output", str(copy), cwd=REPOSITORY)

    assert [f"| a trivial `{step}` |" in printed for step in STEPS] == [True] * 4
    assert "| modules that it loads beyond the bare one's | `sparely.service` |" in printed
    assert rewritten(copy) == {"docs/decisions.md"}


@pytest.mark.soak  # packages/sparely-sagemaker measures one architecture, tests/benchmarks writes the page
def test_compare_puts_three_architectures_side_by_side(copy: Path) -> None:
    """The service with the add-on is baked, built and loaded; table and picture are written."""
    printed = run("make", "compare", f"ARGS={SHORT_COMPARE} --output {copy}", cwd=REPOSITORY)

    assert {"Inference inside Lambda", "Mapping templates, SageMaker endpoint"} <= {
        line.split("|")[1].strip() for line in printed.splitlines() if line.startswith("|")
    }
    assert rewritten(copy) == {"docs/architectures.md", "docs/images/architectures.svg"}


def test_the_add_on_joins_a_service(bake: Bake) -> None:
    """The page's command, typed in the template's folder, adds a folder and a wheel to the service that is there."""
    service = bake()
    before = files(service)
    command = as_written(ARCHITECTURES, "cookiecutter . --directory addons/sagemaker")

    run("bash", "-c", f"{REPOSITORY}/.venv/bin/{command} --no-input --output-dir {service.parent}", cwd=REPOSITORY)

    assert {name.partition("/")[0] for name in files(service) - before} == {"sagemaker", "vendor"}


def test_cookiecutter_makes_a_service(bake: Bake, tmp_path: Path) -> None:
    """The README's command, typed in the template's folder: what is made is what `make new` makes."""
    command = as_written(README, "cookiecutter . --output-dir ..")
    (tmp_path / "typed").mkdir()

    run("bash", "-c", f"{REPOSITORY}/.venv/bin/{command} --no-input --output-dir {tmp_path}/typed", cwd=REPOSITORY)

    (made,) = (tmp_path / "typed").iterdir()
    assert differing(made, bake()) == set()
