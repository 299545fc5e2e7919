"""What the generated README lists under `make` does what it says, in a baked service as a user has it."""

import json
import re
import shutil
from pathlib import Path

import pytest
from cookiecutter.main import cookiecutter

from benchmarks.stopwatch import GUIDE, block
from tests.conftest import REPOSITORY, Equip, differing, run

WRITING = [
    ("make", "contract"),
    ("make", "fix"),
    ("make", "train", "SCRIPT=training/clinic.py"),
    pytest.param(("make", "train", "SCRIPT=training/winery.py"), marks=pytest.mark.soak),  # as the clinic's is
]
PACKAGE = ".aws-sam/build/PredictFunction"
CALLED_MODEL = ("AREA=oncology", "NAME=tumour")


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
    made = {
        ".venv",
        ".venv-export",
        ".aws-sam",
        "reports",
        "__pycache__",
        ".ruff_cache",
        ".mypy_cache",
        ".pytest_cache",
    }
    return {name for name in differing(fresh, service) if made.isdisjoint(Path(name).parts)}


@pytest.mark.parametrize("command", WRITING, ids=" ".join)
def test_what_is_written_is_there_already(fresh: Path, service: Path, command: tuple[str, ...]) -> None:
    """Models trained anew, the contract made anew and formatting change no byte."""
    run(*command, cwd=service)

    assert changed(fresh, service) == set()


def test_an_event_is_answered_without_a_server(service: Path) -> None:
    """The function's answer is printed."""
    printed = run("make", "invoke", "EVENT=events/predict-winery-cultivar.json", cwd=service)

    assert '"statusCode": 200' in printed


def test_a_file_is_scored_as_its_rows_are_answered(service: Path, tmp_path: Path) -> None:
    """With the columns that one keeps before the answers."""
    golden = json.loads((service / "src/models/winery/cultivar/golden.json").read_text("utf-8"))
    names = [*golden["instances"][0]]
    lines = [",".join(["id", *names])]
    lines += [",".join(map(str, [7, *(row[name] for name in names)])) for row in golden["instances"]]
    file = tmp_path / "rows.csv"
    file.write_text("\n".join(lines), "utf-8")

    run("make", "score", "MODEL=winery/cultivar", f"FILE={file}", "ARGS=--keep id", cwd=service)

    answers = (tmp_path / "rows.scored.csv").read_text("utf-8").splitlines()
    assert answers[0].startswith("id,label,probabilities.")
    assert [line.split(",")[1] for line in answers[1:]] == [row["label"] for row in golden["predictions"]]


def test_what_ships_is_listed_down_to_the_file(service: Path) -> None:
    """The bill of materials is in the package, and is read as the page says."""
    printed = run(".venv/bin/python", "-m", "json.tool", f"{PACKAGE}/sbom.cdx.json", cwd=service)

    assert {"onnxruntime", "sparely"} <= {each["name"] for each in json.loads(printed)["components"]}


def test_the_doctor_finds_no_problem_on_this_machine(service: Path) -> None:
    """Without credentials it looks at the machine and the service, says so, and has nothing against them."""
    printed = run("sh", "-c", "make doctor || true", cwd=service)

    found = [line for line in printed.splitlines() if line.startswith(("ok", "warning", "problem"))]
    assert [line[9:21].strip() for line in found if line.startswith("problem")] == ["credentials"]


def test_the_plan_is_a_page_with_its_assumptions(service: Path) -> None:
    """Markdown and HTML lie in reports/."""
    run("make", "plan", cwd=service)

    assert "USD" in (service / "reports" / "plan.md").read_text("utf-8")
    assert "<svg" in (service / "reports" / "plan.html").read_text("utf-8")


def test_a_smoke_load_has_no_failure(service: Path, tmp_path: Path) -> None:
    """
    Light load, here for a tenth of its time, ends with the table.

    Its times are not judged beside other tests, nor how many environments it takes where each start is slow.
    """
    file = tmp_path / "failures.toml"
    file.write_text("[smoke]\nfailed_percent = 0\n", "utf-8")

    printed = run("make", "load", "SHAPE=smoke", f"ARGS=--pace 10 --concurrency 60 --thresholds {file}", cwd=service)

    assert re.search(r"\b0\.00\b", printed)


def test_the_pages_are_listed_and_shown(service: Path) -> None:
    """Each that the README names is among them."""
    listed = {line.split()[0] for line in run("make", "docs", cwd=service).splitlines()}

    shown = run("make", "docs", "PAGE=add-a-model", cwd=service)

    readme = (service / "README.md").read_text("utf-8")
    assert listed >= set(re.findall(r"`([a-z-]+)`", readme[readme.index("The pages:") :].partition("\n")[0]))
    assert GUIDE.read_text("utf-8") in shown


def test_wheels_that_are_there_already_change_nothing(fresh: Path, service: Path, tmp_path: Path) -> None:
    """An upgrade to the same versions is none, also where they lie in two folders."""
    (wheel,) = service.glob("vendor/sparely_toolkit-*.whl")
    shutil.copy(wheel, tmp_path)

    printed = run("make", "upgrade", "WHEELS=vendor", f"ARGS=--wheels {tmp_path}", cwd=service)

    assert "vendor/ has these wheels already." in printed
    assert changed(fresh, service) == set()


def test_sources_come_into_the_service_and_go_again(fresh: Path, service: Path, tmp_path: Path) -> None:
    """Unpacked, the command runs from packages/; undone, nothing is left of it."""
    run("make", "unpack", cwd=service)
    where = run(".venv/bin/python", "-c", "import sparely_toolkit; print(sparely_toolkit.__file__)", cwd=service)

    run("make", "unpack", "ARGS=--undo --force", cwd=service)

    assert Path(where.strip()).is_relative_to(service / "packages")
    assert changed(fresh, service) == set()


def test_a_service_without_steps_has_golden_answers_alone(fresh: Path, service: Path) -> None:
    """It is said, and nothing is written."""
    printed = run("make", "golden", cwd=service)

    assert "No step of the service changes any of " in printed
    assert changed(fresh, service) == set()


def test_an_added_model_is_served_and_removed_again(fresh: Path, service: Path) -> None:
    """The guide's own example: it reports parity, package and README have it; taken out, no trace of it is left."""
    (service / "training" / "fit.py").write_text(block(GUIDE, "fit.py"), "utf-8")
    run("make", "train", "SCRIPT=training/fit.py", cwd=service)

    printed = run("bash", "-c", block(GUIDE, "add"), cwd=service)
    run("make", "build", cwd=service)

    assert "parity on" in printed
    assert (service / PACKAGE / "models/oncology/tumour/model.onnx").is_file()
    assert "`oncology/tumour`" in (service / "README.md").read_text("utf-8")
    run("make", "remove-model", *CALLED_MODEL, cwd=service)
    assert changed(fresh, service) == {"training/fit.py", "tumour.joblib", "tumours.csv"}
