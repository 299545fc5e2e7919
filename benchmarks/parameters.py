"""
`python -m benchmarks.parameters [--write]`: what reading a secret by Powertools costs, in the package and at first use.

Times are the processor's, of fresh interpreters that see the package, and boto3 with its bytecode as Lambda's runtime
has it; nothing is asked of AWS.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.marks import write_between
from benchmarks.results import circumstances_line
from sparely_toolkit.kept import cache_folder
from sparely_toolkit.local.sandbox import link_runtime_client
from sparely_toolkit.names import FUNCTION
from sparely_toolkit.package.build import package
from sparely_toolkit.package.measure import Weight
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.pages import page
from tests.support.pages import SETTINGS
from tests.support.services import baked

IMPORT = """\
def secret() -> object:
    from aws_lambda_powertools.utilities.parameters import SSMProvider
    return SSMProvider()
"""
STARTED = "import time, handler.app; began = time.process_time(); "
ENDED = "; print((time.process_time() - began) * 1e3)"
USES = {
    "Powertools' Parameters, boto3 among it": "import aws_lambda_powertools.utilities.parameters",
    "the same with its client": "from aws_lambda_powertools.utilities.parameters import SSMProvider; SSMProvider()",
    "boto3 alone, with a client of DynamoDB": "import boto3; boto3.client('dynamodb')",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parameters", description=__doc__)
    parser.add_argument("--starts", type=int, default=15, help="fresh interpreters for each median")
    parser.add_argument("--write", action="store_true", help=f"put the table into the page {SETTINGS}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        without = packaged(Path(folder, "without"), "")
        weight = packaged(Path(folder, "with"), IMPORT)
        Path(folder, "runtime").mkdir()
        link_runtime_client(Path(folder, "runtime"), ["boto3"])
        times = {name: median_ms(Path(folder), use, options.starts) for name, use in USES.items()}
    text = table(without, weight, times, options.starts)
    print(text)
    if options.write:
        write_between(page(SETTINGS), "parameters", text)


def packaged(folder: Path, code: str) -> Weight:
    """The default service's package into a folder, with code added to its app.py."""
    service = folder.with_name(f"{folder.name}-service")
    shutil.copytree(baked().root, service, ignore=shutil.ignore_patterns(".venv*", ".aws-sam"))
    with (service / "src" / "handler" / "app.py").open("a", encoding="utf-8") as app:
        app.write(code)
    return package(Project(service), FUNCTION, folder, cache_folder())


def median_ms(folder: Path, use: str, starts: int) -> float:
    """How long a use takes once the handler is there."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(folder / "with"), str(folder / "runtime")]),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_METRICS_NAMESPACE": "Predictions",
    }
    command = [sys.executable, "-S", "-c", f"{STARTED}{use}{ENDED}"]
    runs = [
        subprocess.run(command, cwd=folder / "with", env=environment, capture_output=True, text=True, check=True)
        for _ in range(1 + starts)  # the first one compiles
    ]
    return statistics.median(float(run.stdout) for run in runs[1:])


def table(without: Weight, weight: Weight, times: dict[str, float], starts: int) -> str:
    """What it adds to the package, and to the first request that uses it."""
    rows = [f"| {name} | {ms:.0f} ms |" for name, ms in times.items()]
    return "\n".join(
        [
            "| what | costs |",
            "|---|---:|",
            f"| the zip | {(weight.zipped - without.zipped) / 1e3:.0f} kB |",
            f"| unzipped | {(weight.unzipped - without.unzipped) / 1e3:.0f} kB |",
            "| init, where it is imported in the function that uses it | nothing |",
            *rows,
            "",
            f"The times are the processor's, of the first use in an execution environment, medians of {starts}; "
            f"by `python -m benchmarks.parameters --write` in the repository of sparely, {circumstances_line()}.",
        ]
    )


if __name__ == "__main__":
    main()
