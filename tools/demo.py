"""
A stranger's first minute: the default service is baked, built, started and called.

It runs the commands that a user runs, in `.demo/`, and leaves the service there; a second run rebuilds nothing.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from cookiecutter.main import cookiecutter

from sparely.bundle import read_bundles
from sparely_toolkit.local.serving import LocalServer, started
from sparely_toolkit.names import FUNCTION
from sparely_toolkit.package.measure import weigh
from sparely_toolkit.project import Project

REPOSITORY = Path(__file__).resolve().parents[1]
SERVICE = REPOSITORY / ".demo" / "prediction-service"


def bake() -> None:
    """Bake the default service, touching only files that differ, so that little is built anew."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(cookiecutter(str(REPOSITORY), no_input=True, output_dir=scratch))
        names = {file.relative_to(fresh) for file in fresh.rglob("*") if file.is_file()}
        for name in names:
            kept = SERVICE / name
            if not (kept.is_file() and kept.read_bytes() == (fresh / name).read_bytes()):
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(fresh / name, kept)
    for stale in {*SERVICE.glob("vendor/*"), *SERVICE.glob("src/models/*/*/*")}:
        if stale.relative_to(SERVICE) not in names:
            stale.unlink()


def step(sentence: str) -> None:
    print(f"\n== {sentence}", flush=True)


def run(*command: str) -> None:
    print(f"$ {' '.join(command)}", flush=True)
    subprocess.run([*command, "--no-print-directory"], cwd=SERVICE, env=clean_environment(), check=True)


def clean_environment() -> dict[str, str]:
    """The user's environment, without what this repository's Makefile set for itself."""
    ours = {"ARGS", "MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL", "VIRTUAL_ENV", "PYTHONPYCACHEPREFIX"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def ask(url: str, document: Any) -> Any:
    """Send one request, as curl would, and show it."""
    body = json.dumps(document)
    print(f"$ curl {url} -H 'content-type: application/json' -d '{body}'")
    request = urllib.request.Request(url, body.encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def show_predictions(url: str) -> None:
    """Ask every model about its first golden row and put the estimator's answer beside the service's."""
    for model in read_bundles(SERVICE / "src" / "models"):
        answer = ask(f"{url}/predict/{model.path}", {"instances": model.instances[:1]})
        print(json.dumps(answer))
        print(f"  the trained estimator said {json.dumps(model.predictions[0])}\n")


def show_start(server: LocalServer) -> None:
    """Print what the server reported of its first start."""
    for line in server.log.read_text("utf-8").splitlines():
        if "Init Duration" in line:
            print(line)


def main() -> None:
    began = time.monotonic()
    step("Bake the service: cookiecutter . --no-input")
    bake()
    step("Build its Lambda package")
    run("make", "build")
    step("Start it on this machine: make run PORT=0")
    with tempfile.TemporaryDirectory() as folder:
        command = ["make", "--no-print-directory", "run", "PORT=0"]
        with started(command, Path(folder, "log"), folder=SERVICE, environment=clean_environment()) as server:
            step("Ask every model for a prediction")
            show_predictions(server.url)
        step("What it weighs and how it starts")
        print(weigh(Project(SERVICE).built / FUNCTION))
        show_start(server)
    print(f"\nDone in {time.monotonic() - began:.0f} s. The service is in {SERVICE.relative_to(REPOSITORY)}.")


if __name__ == "__main__":
    main()
