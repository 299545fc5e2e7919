"""
From a clone to the first prediction of one's own model, timed step by step, by the documents' own commands.

The table is put into docs/first-prediction.md. What uv has downloaded before comes from its cache.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import REPOSITORY
from benchmarks.marks import write_between
from benchmarks.results import circumstances_line
from benchmarks.service import user_environment
from sparely_toolkit.local.serving import started
from sparely_toolkit.upkeep.pages import page

DOCUMENT = Path("docs", "first-prediction.md")
README = REPOSITORY / "README.md"
GUIDE = page("add-a-model")


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
        self._note(shown or f"`{command}`", began)
        return done.stdout

    def served(self, where: str, curl: str) -> str:
        """Time `make run` up to the answer of a curl that a document tells."""
        began = time.monotonic()
        command = ["make", "--no-print-directory", "run", "PORT=0"]
        folder = self.folder / where
        with started(command, self.folder / "log", folder=folder, environment=user_environment()) as server:
            answer = ask(curl, server.port)
            self._note("`make run`, and the curl of the document is answered", began)
        if not answer:
            sys.exit(f"Not answered: {curl}")
        print(f"          {answer[:200]}", flush=True)
        return answer

    def _note(self, step: str, began: float) -> None:
        self.laps.append((step, time.monotonic() - began))
        print(f"{self.laps[-1][1]:6.1f} s  {step}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stopwatch", description=__doc__)
    parser.add_argument("--output", type=Path, default=REPOSITORY, help=f"the folder whose {DOCUMENT} is written")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        laps = first_prediction(Stopwatch(Path(folder)))
    text = table(laps)
    print(text)
    write_between(arguments.output / DOCUMENT, "stopwatch", text)


def first_prediction(watch: Stopwatch) -> list[tuple[str, float]]:
    """A sample's prediction first, then one of a model that the repository does not hold."""
    clone, service = "sparely", "prediction-service"
    watch.run(f"git clone --quiet {REPOSITORY} {clone}", shown="`git clone`")
    watch.run("make new ARGS=--no-input", clone, "`make new`, its questions answered with enter")
    watch.run("make build", service, "`make build`: the environment, and the Lambda package")
    watch.served(service, first_curl(README))
    (watch.folder / service / "training" / "fit.py").write_text(block(GUIDE, "fit.py"), "utf-8")
    watch.run(
        "make train SCRIPT=training/fit.py",
        service,
        "`make train SCRIPT=training/fit.py`: the environment that fits, and a model",
    )
    watch.run(block(GUIDE, "add").strip(), service)
    watch.run("make build", service, "`make build`: the package with the new model")
    watch.served(service, block(GUIDE, "ask"))
    return watch.laps


def block(document: Path, name: str) -> str:
    """The code block of a document that bears a name."""
    named = re.search(rf"<!-- {name} -->\n```\w*\n(.*?)```", document.read_text("utf-8"), re.DOTALL)
    assert named, f"{document.name} has no block {name}"
    return named.group(1)


def first_curl(document: Path) -> str:
    """The first curl of a document, up to the end of its data."""
    first = re.search(r"^curl .*?}'$", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert first, f"{document.name} has no curl"
    return first.group(0)


def ask(curl: str, port: int) -> str:
    """What a curl is answered on this port; nothing where nobody answers."""
    command = f"{curl.strip().replace('localhost:3000', f'127.0.0.1:{port}')} --silent --fail"
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False).stdout


def table(laps: list[tuple[str, float]]) -> str:
    """The steps with their seconds, the sum, date and machine."""
    rows = [f"| {name} | {seconds:.1f} |" for name, seconds in laps]
    whole = f"| from the clone to a prediction of one's own model | {sum(seconds for _, seconds in laps):.0f} |"
    when = f"{circumstances_line()}; packages from uv's cache, the typing of commands left out."
    return "\n".join(["| step | s |", "|---|---:|", *rows, whole, "", when])


if __name__ == "__main__":
    main()
