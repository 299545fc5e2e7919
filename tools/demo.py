"""
A stranger's first minute: the default service is baked, built, started and called.

It runs the commands that a user runs, in `.demo/`, and leaves the service there; a second run rebuilds nothing.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from cookiecutter.main import cookiecutter

REPOSITORY = Path(__file__).resolve().parents[1]
SERVICE = REPOSITORY / ".demo" / "prediction-service"
START_LIMIT_S = 60


def bake() -> None:
    """Bake the default service, touching only files that differ, so that `make` sees what has changed."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(cookiecutter(str(REPOSITORY), no_input=True, output_dir=scratch))
        for file in fresh.rglob("*"):
            kept = SERVICE / file.relative_to(fresh)
            if file.is_file() and not (kept.is_file() and kept.read_bytes() == file.read_bytes()):
                kept.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, kept)


def step(sentence: str) -> None:
    print(f"\n== {sentence}", flush=True)


def run(*command: str) -> None:
    print(f"$ {' '.join(command)}", flush=True)
    subprocess.run(command, cwd=SERVICE, env=clean_environment(), check=True)


def clean_environment() -> dict[str, str]:
    """The user's environment, without what the workshop's Makefile set for itself."""
    ours = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "VIRTUAL_ENV", "PYTHONPYCACHEPREFIX"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, document: Any = None) -> Any:
    """Send one request, as curl would, and show it with its answer."""
    body = None if document is None else json.dumps(document).encode()
    shown = f" -H 'content-type: application/json' -d '{body.decode()}'" if body else ""
    print(f"$ curl {url}{shown}")
    headers = {"content-type": "application/json"} if body else {}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as answer:
        return json.load(answer)


def wait_until_served(url: str, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/v2/health/ready", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The service did not start; its output is above.")


def show_predictions(url: str) -> None:
    """Ask every model about its first golden row and put the estimator's answer beside the service's."""
    for file in sorted((SERVICE / "src" / "models").glob("*/*/golden.json")):
        area, model = file.parts[-3:-1]
        golden = json.loads(file.read_text("utf-8"))
        answer = ask(f"{url}/predict/{area}/{model}", {"instances": golden["instances"][:1]})
        print(json.dumps(answer))
        print(f"  the trained estimator said {json.dumps(golden['predictions'][0])}\n")


def main() -> None:
    began = time.monotonic()
    step("Bake the service: cookiecutter . --no-input")
    bake()
    step("Build its Lambda package")
    run("make", "--no-print-directory", "build")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    step(f"Start it on this machine: make run PORT={port}")
    with tempfile.TemporaryFile("w+") as log:
        command = ["make", "--no-print-directory", "run", f"PORT={port}"]
        environment = clean_environment()
        with subprocess.Popen(
            command, cwd=SERVICE, env=environment, stdout=log, stderr=log, text=True, start_new_session=True
        ) as server:
            try:
                wait_until_served(url, server)
                step("Ask every model for a prediction")
                show_predictions(url)
            finally:
                os.killpg(server.pid, signal.SIGINT)
                server.wait(timeout=30)
                log.seek(0)
                told = log.read().splitlines()
    step("What it weighs and how it starts")
    run(".venv/bin/python", "-m", "sparely_toolkit.package.measure", ".aws-sam/build/PredictFunction")
    for line in told:
        if "Init Duration" in line:
            print(line)
    print(f"\nDone in {time.monotonic() - began:.0f} s. The service is in {SERVICE.relative_to(Path.cwd())}.")


if __name__ == "__main__":
    main()
