"""Locust as a process of its own: started for one run, and where its statistics land."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.loadtest.run_settings import RunSettings

LOCUSTFILE = Path(__file__).with_name("locustfile.py")


class GeneratorFailed(Exception):
    """Locust itself failed; carries the end of what it printed."""

    def __init__(self, printed: str) -> None:
        super().__init__("Locust failed:\n" + "\n".join(printed.strip().splitlines()[-15:]))


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
    settings: RunSettings, host: str, statistics: Statistics, *, workers: int = 0, more: tuple[str, ...] = ()
) -> None:
    """
    Run Locust headless until the shape ends.

    Args:
        workers: processes of Locust's distributed mode on this machine beside the master; 0 runs it in one process.
        more: further arguments for Locust, as `--master --expect-workers 4` for workers on other machines.

    Raises:
        GeneratorFailed: it could not run; failed requests do not count as that.
    """
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--host", host]
    command += ["--csv", str(statistics.prefix), "--csv-full-history", "--only-summary", "--exit-code-on-error", "0"]
    command += ["--stop-timeout", "10"]  # requests in flight at the end are answered and counted
    if workers:
        command += ["--processes", str(workers)]
    environment = {**os.environ, **settings.to_environment()}
    ended = subprocess.run(
        [*command, *more], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if ended.returncode != 0 or not statistics.requests.is_file():
        raise GeneratorFailed(ended.stdout)
