"""
What was tried on the way to the package as it ships: `make experiments`.

Each variant is a few lines run before the handler is imported, in a fresh process that has AWS' runtime
client loaded and sees the built artifact and nothing else. Variants are interleaved; medians are shown, and
beside them the difference from what ships in the same round. The table is put into docs/decisions.md.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks import CACHE, REPOSITORY
from benchmarks.marks import write_between
from benchmarks.packages import TARGET, runtime_client
from benchmarks.results import circumstances_line
from benchmarks.service import built_artifact, event_of
from sparely_toolkit.package.install import installed
from tests.support.services import baked

DOCUMENT = Path("docs", "decisions.md")
COLUMNS = {
    "init_ms": "init, ms",
    "resident_mb": "resident, MB",
    "rows_1_us": "1 row, us",
    "rows_1000_us": "1,000 rows, us",
}
ORJSON = Path(__file__).parent / "requirements" / "orjson.txt"

VARIANTS: dict[str, str] = {
    "as it ships": "",
    "SHA-256 from hashlib (OpenSSL)": "import sys; sys.modules['_sha2'] = None",
    "graph optimisation off": "import sparely.engine.ort_environment as e; e.OPTIMISE_ALL = 0",
    "memory arena and pattern on": (
        "import sparely.engine.ort_environment as e\n"
        "class Api(e.Api):\n"
        "    def __init__(self, *a):\n"
        "        super().__init__(*a); self.DisableCpuMemArena = self.DisableMemPattern = lambda options: None\n"
        "e.Api = Api"
    ),
    "without Powertools": (
        "import sys, types\n"
        "class Nothing:\n"
        "    def __init__(self, *a, **k): pass\n"
        "    def __getattr__(self, name): return lambda *a, **k: None\n"
        "unit = types.SimpleNamespace(Count='')\n"
        "metrics = types.SimpleNamespace(Metrics=Nothing, MetricUnit=unit, single_metric=None)\n"
        "sys.modules |= {'aws_lambda_powertools': types.ModuleType(''), 'aws_lambda_powertools.metrics': metrics}"
    ),
    "Powertools' Logger at init": "import sparely.handler.telemetry as t; t._logger()",
    "garbage looked for during init": (
        "import sparely.collector as c; c.Paused.__enter__ = c.Paused.__exit__ = lambda *a: None"
    ),
    "what init made not left out of later searches": "import gc; gc.freeze = lambda: None",
    "malloc trimmed after init": "AFTER = 'import ctypes; ctypes.CDLL(None).malloc_trim(0)'",
    "orjson for json": (
        "import os, sys; sys.path.append(os.environ['ORJSON']); import orjson\n"
        "AFTER = 'import sparely.handler.body as q, sparely.handler.response as p; q._decode = orjson.loads; "
        "p.encode = lambda d: orjson.dumps(d).decode()'"
    ),
    "no bytecode, as sam build ships": "",
}

PROBE = """
import json, os, sys, time
sys.path.append(os.environ["RUNTIME_CLIENT"])
import awslambdaric.bootstrap
AFTER = ""
started = time.perf_counter()
{variant}
import handler.app
exec(AFTER)
init_ms = (time.perf_counter() - started) * 1e3
def resident_mb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
class Context:
    aws_request_id = "00000000-0000-4000-8000-000000000000"
real, sys.stdout = sys.stdout, open(os.devnull, "w")
result = {{"init_ms": init_ms, "resident_mb": resident_mb()}}
for rows, count in ((1, 400), (1000, 6)):
    event = json.loads(os.environ["EVENT"])
    instance = json.loads(event["body"])["instances"][0]
    event["body"] = json.dumps({{"instances": [instance] * rows}})
    for _ in range(3):
        answer = handler.app.lambda_handler(event, Context)
    assert answer["statusCode"] == 200, answer
    began = time.perf_counter()
    for _ in range(count):
        handler.app.lambda_handler(event, Context)
    result[f"rows_{{rows}}_us"] = (time.perf_counter() - began) / count * 1e6
print(json.dumps(result), file=real, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a variant is asked, and where it finds the built artifact, AWS' runtime client and orjson."""

    event: str
    artifact: Path
    runtime_client: Path
    orjson: Path


def measure(variant: str, bench: Bench) -> dict[str, float]:
    """Run one variant in a fresh interpreter of the artifact's version."""
    environment = {
        "PYTHONPATH": str(bench.artifact),
        "RUNTIME_CLIENT": str(bench.runtime_client),
        "ORJSON": str(bench.orjson),
        "EVENT": bench.event,
        "POWERTOOLS_METRICS_NAMESPACE": "experiments",
        "POWERTOOLS_SERVICE_NAME": "experiments",
        "PATH": os.environ["PATH"],
    }
    options = ["-X", "pycache_prefix=/dev/null/none"] if variant.startswith("no bytecode") else []
    code = PROBE.format(variant=VARIANTS[variant])
    command = [sys.executable, "-S", "-B", *options, "-c", code]
    done = subprocess.run(command, cwd=bench.artifact, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f'"{variant}" does not run:\n{done.stderr}')
    return {name: float(value) for name, value in json.loads(done.stdout).items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.experiments", description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="starts of each variant")
    parser.add_argument("--output", type=Path, default=REPOSITORY, help=f"the folder whose {DOCUMENT} is written")
    arguments = parser.parse_args()
    event = json.dumps(event_of(baked(), "clinic", "progression"))
    bench = Bench(event, built_artifact(), runtime_client(), installed(ORJSON, TARGET, CACHE / "installed"))
    figures: dict[str, list[dict[str, float]]] = {variant: [] for variant in VARIANTS}
    for number in range(arguments.rounds):
        print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
        for variant in VARIANTS:
            figures[variant].append(measure(variant, bench))
    how = f"{arguments.rounds} rounds, medians, in brackets against what ships."
    text = f"{table(figures)}\n\n{circumstances_line()}; {how}"
    print(text)
    write_between(arguments.output / DOCUMENT, "experiments", text)


def table(figures: dict[str, list[dict[str, float]]]) -> str:
    """A row a variant: medians, and how far the variant is from what ships, round by round."""
    baseline = figures["as it ships"]
    lines = [f"| variant | {' | '.join(COLUMNS.values())} |", f"|---|{'---:|' * len(COLUMNS)}"]
    for variant, rounds in figures.items():
        cells = []
        for column in COLUMNS:
            middle = statistics.median(each[column] for each in rounds)
            change = statistics.median(
                each[column] - ships[column] for each, ships in zip(rounds, baseline, strict=True)
            )
            cells.append(f"{middle:,.1f}" if variant == "as it ships" else f"{middle:,.1f} ({change:+,.1f})")
        lines.append(f"| {variant} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
