"""
From a clone to the first prediction of one's own model, timed step by step, by the documents' own commands.

The table is put into docs/first-prediction.md. What uv has downloaded before comes from its cache.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import REPOSITORY
from benchmarks.emulator import free_port
from benchmarks.readme import replace_between
from benchmarks.results import circumstances_line
from benchmarks.service import user_environment

DOCUMENT = Path("docs", "first-prediction.md")
BEGIN, END = "<!-- stopwatch -->", "<!-- /stopwatch -->"
START_LIMIT_S = 120


class Stopwatch:
    """Runs steps in a folder and notes what each takes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.laps: list[tuple[str, float]] = []

    def run(self, command: str, where: str = ".", shown: str = "") -> str:
        """Run one line of shell and return what it printed."""
        began = time.monotonic()
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder / where,
            env=user_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{command} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        self.laps.append((shown or command, time.monotonic() - began))
        print(f"{self.laps[-1][1]:6.1f} s  {shown or command}", flush=True)
        return done.stdout

    def served(self, where: str, port: int, ask: Callable[[], str]) -> str:
        """Time `make run` up to the first answer; what is asked must be answered."""
        began = time.monotonic()
        command = ["make", "--no-print-directory", "run", f"PORT={port}"]
        with subprocess.Popen(
            command, cwd=self.folder / where, env=user_environment(), stdout=subprocess.DEVNULL, start_new_session=True
        ) as server:
            try:
                while not (answer := ask()) and time.monotonic() - began < START_LIMIT_S:
                    time.sleep(0.05)
                taken = time.monotonic() - began
            finally:
                os.killpg(server.pid, 2)
                server.wait(timeout=60)
        if not answer:
            sys.exit("The service did not answer.")
        self.laps.append(("`make run`, and the curl of the document is answered", taken))
        print(f"{self.laps[-1][1]:6.1f} s  {answer[:200]}", flush=True)
        return answer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stopwatch", description=__doc__)
    parser.add_argument("--output", type=Path, default=REPOSITORY, help=f"the folder whose {DOCUMENT} is written")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        laps = first_prediction(Stopwatch(Path(folder)))
    text = table(laps)
    print(text)
    replace_between(arguments.output / DOCUMENT, BEGIN, END, f"{text}\n")


def first_prediction(watch: Stopwatch) -> list[tuple[str, float]]:
    """A sample's prediction first, then one of a model that the repository does not hold."""
    port, service = free_port(), "template/prediction-service"
    cookiecutter = Path(sys.executable).with_name("cookiecutter")
    watch.run(f"git clone --quiet {REPOSITORY} template", shown="`git clone`")
    watch.run(f"{cookiecutter} . --no-input", "template", "`cookiecutter . --no-input`")
    watch.run("make build", service, "`make build`: the environment, and the Lambda package")
    watch.served(service, port, lambda: curl(REPOSITORY / "README.md", port))
    guide = watch.folder / service / "docs" / "add-a-model.md"
    (watch.folder / service / "fit.py").write_text(block(guide, "fit.py"), "utf-8")
    watch.run(".venv/bin/python fit.py", service, "fit a model on data that the repository has never seen")
    command = block(guide, "add").strip()
    watch.run(command, service, f"`{command}`")
    watch.run("make build", service, "`make build`: the package with the new model")
    watch.served(service, port, lambda: curl(guide, port))
    return watch.laps


def block(page: Path, name: str) -> str:
    """The code block of a page that bears a name."""
    found = re.search(rf"<!-- {name} -->\n```\w*\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert found
    return found.group(1)


def curl(page: Path, port: int) -> str:
    """What the page's first curl is answered on this port; nothing while nobody answers."""
    found = re.search(r"^curl .*?}'$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    command = found.group(0).replace("localhost:3000", f"127.0.0.1:{port}")
    asked = ["bash", "-c", f"{command} --silent --fail"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def table(laps: list[tuple[str, float]]) -> str:
    """The steps with their seconds, the sum, date and machine."""
    rows = [f"| {name} | {seconds:.1f} |" for name, seconds in laps]
    whole = f"| from the clone to a prediction of one's own model | {sum(seconds for _, seconds in laps):.0f} |"
    when = f"{circumstances_line()}; packages from uv's cache, the typing of commands left out."
    return "\n".join(["| step | s |", "|---|---:|", *rows, whole, "", when])


if __name__ == "__main__":
    main()
