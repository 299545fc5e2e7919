"""Locust as a process of its own: what it is told, how it is started for one run, and where its statistics land."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sparely_toolkit.loadtest.shapes import Shape, Stage
from sparely_toolkit.problems import Problem

VARIABLE = "LOADTEST_RUN"
"""Passes the settings on to Locust's processes, which start anew."""


class GeneratorFailed(Problem):
    """Locust itself failed; carries the end of what it printed."""

    def __init__(self, printed: str) -> None:
        super().__init__("Locust failed:\n" + "\n".join(printed.strip().splitlines()[-15:]))


@dataclass(frozen=True, slots=True)
class RunSettings:
    """
    What a run is told.

    Attributes:
        weights: traffic.toml.
        authorization: what the API asks for, see `authorization.kind`.
        region: the stage's, which requests are signed for where the host does not name one.
        distribution: a file for how often each response time was seen.
    """

    shape: Shape
    models: Path
    weights: Path
    authorization: str
    distribution: Path
    seed: int | None = None
    region: str | None = None

    def to_environment(self) -> dict[str, str]:
        paths = {name: str(getattr(self, name).absolute()) for name in ("models", "weights", "distribution")}
        return {VARIABLE: json.dumps({**asdict(self), **paths})}

    @classmethod
    def from_environment(cls) -> "RunSettings":
        document = json.loads(os.environ[VARIABLE])
        shape = document["shape"]
        return cls(
            shape=Shape(shape["name"], tuple(Stage(**stage) for stage in shape["stages"]), shape["users"]),
            models=Path(document["models"]),
            weights=Path(document["weights"]),
            authorization=document["authorization"],
            distribution=Path(document["distribution"]),
            seed=document["seed"],
            region=document["region"],
        )


@dataclass(frozen=True, slots=True)
class Statistics:
    """Locust's own files of one run."""

    prefix: Path

    @property
    def history(self) -> Path:
        return self.prefix.with_name(f"{self.prefix.name}_stats_history.csv")

    @property
    def requests(self) -> Path:
        return self.prefix.with_name(f"{self.prefix.name}_stats.csv")

    @property
    def failures(self) -> Path:
        return self.prefix.with_name(f"{self.prefix.name}_failures.csv")

    @property
    def distribution(self) -> Path:
        return self.prefix.with_name(f"{self.prefix.name}_distribution.json")


def generate(
    settings: RunSettings,
    host: str,
    statistics: Statistics,
    *,
    locustfile: Path,
    workers: int = 0,
    options: tuple[str, ...] = (),
) -> None:
    """
    Run Locust headless until the shape ends.

    Args:
        locustfile: the service's own, which has the toolkit's users.
        workers: processes of Locust's distributed mode on this machine beside the master; 0 runs it in one process.
        options: further ones for Locust, as `--master --expect-workers 4` for workers on other machines.

    Raises:
        GeneratorFailed: it could not run; failed requests do not count as that.
    """
    command = [sys.executable, "-m", "locust", "-f", str(locustfile), "--headless", "--host", host]
    command += ["--csv", str(statistics.prefix), "--csv-full-history", "--only-summary", "--exit-code-on-error", "0"]
    command += ["--stop-timeout", "10"]  # requests in flight at the end are answered and counted
    if workers:
        command += ["--processes", str(workers)]
    environment = {**os.environ, **settings.to_environment()}
    ended = subprocess.run(
        [*command, *options], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if ended.returncode != 0 or not statistics.requests.is_file():
        raise GeneratorFailed(ended.stdout)
