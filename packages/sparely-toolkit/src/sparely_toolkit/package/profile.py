"""
What a package's init and its one-row requests take.

The package runs in fresh interpreters that see nothing but it, as at the end of a build. AWS' runtime client
is not among what is measured.
"""

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from sparely.bundle import MODEL, model_folders, read_golden
from sparely.check.events import event
from sparely.check.latency import percentile
from sparely.cold_start import too_long
from sparely_toolkit.package.target import MACHINES, this_architecture
from sparely_toolkit.problems import Problem

PROBE = Path(__file__).with_name("probe.py")
LARGE_BYTES = 100_000_000
"""Of models that are measured for the length of their init: a forest of so many takes 2.5 s, by docs/growth.md."""


class ProfileError(Problem):
    """The package cannot be measured here; the message says why."""


def profile(artifact: Path, *, requests: int = 500, runs: int = 5) -> dict[str, Any]:
    """
    Measure a package: medians of `runs` starts, percentiles of all their warm requests together.

    Returns:
        CPU time (user and system) and wall time in ms, of the init with the interpreter's own start; memory
        in MB of 2**20 bytes, the highest resident size of the process; `rows` of each request.

    Raises:
        ProfileError: it is made for another machine, has no golden rows, or does not answer them.
        ModelLoadError: golden rows cannot be read.
    """
    check_machine(artifact)
    events = golden_events(artifact)
    measured = [_run(artifact, events, requests) for _ in range(runs)]
    wall = [each for run in measured for each in run["request_wall_ms"]]

    def middle(name: str) -> float:
        return round(float(median(run[name] for run in measured)), 3)

    return {
        "init_cpu_ms": middle("init_cpu_ms"),
        "init_wall_ms": middle("init_wall_ms"),
        "interpreter_cpu_ms": middle("interpreter_cpu_ms"),
        "request_cpu_ms": middle("request_cpu_ms"),
        "request_wall_ms": {f"p{percent}": round(percentile(wall, percent), 3) for percent in (50, 95, 99)},
        "peak_memory_mb": round(max(run["peak_memory_mb"] for run in measured), 1),
        "rows": 1,
        "requests": requests,
        "runs": runs,
        "architecture": architecture(artifact),
        "python": platform.python_version(),
        "package_sha256": sha256(artifact),
    }


def long_init(artifact: Path, *, from_bytes: int = LARGE_BYTES) -> str | None:
    """
    What to know of a package whose init Lambda would end; None where it would not, or where it does not start here.

    Args:
        from_bytes: models that are together smaller start in time anyway, and are not measured.
    """
    if sum(file.stat().st_size for file in artifact.glob(f"models/*/*/{MODEL}")) < from_bytes:
        return None
    try:
        check_machine(artifact)
        return too_long(_run(artifact, golden_events(artifact)[:1], 1)["init_cpu_ms"])
    except ProfileError:
        return None


def golden_events(artifact: Path) -> list[dict[str, Any]]:
    """One event of payload format 2.0 for the rows of every model's golden.json, one row each."""
    models, events = artifact / "models", []
    for folder in model_folders(models) if models.is_dir() else []:
        route, (area, model) = "/predict/{area}/{model}", Path(folder).parts[-2:]
        rows = read_golden(folder).instances
        events += [event(route, {"area": area, "model": model}, {"instances": [row]}, payload="2.0") for row in rows]
    if not events:
        raise ProfileError(f"{artifact} holds no models/<area>/<model>/golden.json with instances.")
    return events


def architecture(artifact: Path) -> str | None:
    """The architecture of the package's engine in Lambda's words; None where it holds none."""
    by_machine = {number: name for name, number in MACHINES.items()}
    for library in sorted((artifact / "lib").glob("*.so*")):
        with library.open("rb") as file:
            header = file.read(20)
        return by_machine.get(int.from_bytes(header[18:20], "little"), "unknown")
    return None


def check_machine(artifact: Path) -> None:
    """Figures of another machine's processor would be worthless, so nothing stands in for the engine here."""
    made_for, here = architecture(artifact), this_architecture()
    if made_for is None:
        raise ProfileError(f"{artifact} holds no engine in lib/; build the package first.")
    if made_for != here or sys.platform != "linux":
        raise ProfileError(
            f"{artifact} is made for Linux on {made_for}, this machine is {platform.system()} on {here}; measure it on "
            "one of its own, on a Mac in the dev container: what `sparely profile` prints there, `sparely plan "
            "--measured` takes."
        )


def sha256(artifact: Path) -> str:
    """One digest over the names and contents of a package's files."""
    digest = hashlib.sha256()
    for file in sorted(each for each in artifact.rglob("*") if each.is_file()):
        digest.update(file.relative_to(artifact).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _run(artifact: Path, events: list[dict[str, Any]], requests: int) -> dict[str, Any]:
    """Start the package once."""
    work = {"events": events, "requests": requests, "began": time.monotonic()}
    return dict(run_inside(artifact, PROBE, work, "The package does not run"))


def run_inside(artifact: Path, program: Path, work: Mapping[str, Any], failure: str) -> Any:
    """
    Run a program in an interpreter that sees nothing but a package.

    Args:
        work: what it reads, with the descriptor that it writes its answer to, since standard output is the handler's.
        failure: what is said before the end of its errors.

    Returns:
        Its answer, read as JSON.

    Raises:
        ProfileError: it failed.
    """
    reader, writer = os.pipe()
    try:
        done = subprocess.run(
            [sys.executable, "-S", "-P", "-B", str(program)],
            cwd=artifact,
            env={"PYTHONPATH": str(artifact), "POWERTOOLS_METRICS_NAMESPACE": "profile"},
            input=json.dumps({**work, "result": writer}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[writer],
            check=False,
        )
    finally:
        os.close(writer)
        with os.fdopen(reader) as pipe:
            answer = pipe.read()
    if done.returncode:
        raise ProfileError(f"{failure}:\n{done.stderr.strip()[-2_000:]}")
    return json.loads(answer)
