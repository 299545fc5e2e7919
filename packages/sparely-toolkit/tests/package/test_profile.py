"""What a package takes is measured in an interpreter of its own and told as JSON."""

import json
import platform
import shutil
from pathlib import Path

import pytest

from sparely import cold_start
from sparely.check.latency import percentile
from sparely_toolkit.package.profile import ProfileError, golden_events, long_init, profile, sha256
from sparely_toolkit.package.target import MACHINES, Target
from sparely_toolkit.problems import ExitCode
from support.command_line import Sparely

X86_64, ARM64 = MACHINES["x86_64"], MACHINES["arm64"]
IS_X86_64 = platform.machine() in ("x86_64", "AMD64")
FIGURES = ("init_cpu_ms", "init_wall_ms", "interpreter_cpu_ms", "request_cpu_ms", "peak_memory_mb")


def package_of(tmp_path: Path, handler: str, machine: int | None = None) -> Path:
    """A package whose handler is this code, with one model's golden rows and a library's first bytes."""
    for name, content in {
        "handler/app.py": handler,
        "models/clinic/sum/golden.json": '{"instances": [{"a": 1}, {"a": 2}], "predictions": [{}, {}]}',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    (tmp_path / "lib").mkdir()
    number = machine or (X86_64 if IS_X86_64 else ARM64)
    (tmp_path / "lib" / "libonnxruntime.so.1").write_bytes(b"\x7fELF" + bytes(14) + number.to_bytes(2, "little"))
    return tmp_path


ANSWERS = "def lambda_handler(event, context):\n    print(event)\n    return {'statusCode': 200, 'body': ''}\n"


def test_the_built_package_is_measured(built: tuple[Path, Target], sparely: Sparely) -> None:
    """The command prints positive figures, percentiles in order, and what they were taken from."""
    artifact, target = built
    if not target.is_this_machine:
        pytest.skip(f"{target.architecture} code does not run on this machine")

    told = json.loads(sparely("profile", artifact, "--requests", "20", "--runs", "1").out)

    assert all(told[name] > 0 for name in FIGURES)
    assert 0 < told["request_wall_ms"]["p50"] <= told["request_wall_ms"]["p95"] <= told["request_wall_ms"]["p99"]
    assert (told["rows"], told["requests"], told["architecture"]) == (1, 20, target.architecture)
    assert told["package_sha256"] == sha256(artifact)


def test_an_init_that_lambda_would_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the build says it; the limit is lower here, so that the test need not last ten seconds."""
    monkeypatch.setattr(cold_start, "LIMIT_MS", 1.0)

    said = long_init(package_of(tmp_path, ANSWERS), from_bytes=0)

    assert said is not None
    assert said.startswith("The init takes 0.")


def test_an_init_in_time_and_small_models_are_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second are not even started."""
    artifact = package_of(tmp_path, ANSWERS)
    assert long_init(artifact, from_bytes=0) is None

    monkeypatch.setattr(cold_start, "LIMIT_MS", 1.0)

    assert long_init(artifact) is None


def test_memory_is_the_packages_own(tmp_path: Path) -> None:
    """What the measuring process holds is not counted, what the package's code holds is."""
    small = profile(package_of(tmp_path / "small", ANSWERS), requests=1, runs=1)
    held = b"1" * 200 * 2**20

    large = profile(package_of(tmp_path / "large", f"held = b'1' * 2**26\n{ANSWERS}"), requests=1, runs=1)

    assert len(held) > large["peak_memory_mb"] * 2**20
    assert 60 < large["peak_memory_mb"] - small["peak_memory_mb"] < 70


def test_cpu_time_is_not_wall_time(tmp_path: Path) -> None:
    """An init that waits takes wall time alone, so that the two can be told apart."""
    waits = package_of(tmp_path, f"import select\nselect.select([], [], [], 0.3)\n{ANSWERS}")

    told = profile(waits, requests=1, runs=1)

    assert told["init_wall_ms"] - told["init_cpu_ms"] > 200


def test_every_golden_row_becomes_an_event(built: tuple[Path, Target]) -> None:
    """A request has one row, and no model is left out."""
    events = golden_events(built[0])

    assert {event["rawPath"] for event in events} == {
        "/predict/clinic/high-risk", "/predict/clinic/progression", "/predict/winery/alcohol", "/predict/winery/cultivar",
    }  # fmt: skip
    assert {len(json.loads(event["body"])["instances"]) for event in events} == {1}


@pytest.mark.parametrize(
    ("handler", "sentence"),
    [
        ("import nowhere", "The package does not run:"),
        (ANSWERS.replace("200", "422"), "/predict/clinic/sum was answered by 422"),
    ],
)
def test_a_package_that_does_not_answer_is_refused(tmp_path: Path, handler: str, sentence: str) -> None:
    """Figures of faults would look better than those of answers."""
    with pytest.raises(ProfileError, match=sentence):
        profile(package_of(tmp_path, handler), requests=1, runs=1)


def test_a_package_for_another_machine_is_refused(tmp_path: Path) -> None:
    """Nothing stands in for the package's own engine."""
    with pytest.raises(ProfileError, match=r"is made for Linux on \w+, this machine is"):
        profile(package_of(tmp_path, ANSWERS, machine=ARM64 if IS_X86_64 else X86_64), requests=1, runs=1)


def test_a_folder_that_is_no_package_is_refused(tmp_path: Path, sparely: Sparely) -> None:
    """The command says what to do first, and fails."""
    outcome = sparely("profile", tmp_path)

    assert outcome.exit_code == ExitCode.LACKING
    assert outcome.err == f"{tmp_path} holds no engine in lib/; build the package first.\n"


def test_a_package_without_golden_rows_is_refused(tmp_path: Path) -> None:
    """There is nothing to ask it."""
    package = package_of(tmp_path, ANSWERS)
    shutil.rmtree(package / "models")

    with pytest.raises(ProfileError, match=r"holds no models/<area>/<model>/golden\.json"):
        profile(package, requests=1, runs=1)


def test_percentiles_are_values_that_were_seen() -> None:
    """Nearest rank: of a hundred values the 99th, of one the only one."""
    hundred = [float(number) for number in range(1, 101)]

    assert [percentile(hundred, each) for each in (50, 95, 99)] == [50.0, 95.0, 99.0]
    assert percentile([7.0], 99) == 7.0


def test_a_changed_file_changes_the_digest(tmp_path: Path) -> None:
    """Figures belong to one package; another one's are told apart."""
    package = package_of(tmp_path, ANSWERS)
    before = sha256(package)

    (package / "handler" / "app.py").write_text(ANSWERS + "\n", "utf-8")

    assert sha256(package) != before
