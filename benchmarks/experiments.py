"""
What was tried on the way to the package as it ships: `make experiments`.

Each variant is a few lines run before the handler is imported, in a fresh process that has AWS' runtime
client loaded and sees the built artifact and nothing else. Variants are interleaved; medians are shown, and
beside them the difference from what ships in the same round.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from uv import find_uv_bin

REPOSITORY = Path(__file__).resolve().parents[1]
SERVICE = REPOSITORY / ".demo" / "prediction-service"
ARTIFACT = SERVICE / ".aws-sam" / "build" / "PredictFunction"
CACHE = REPOSITORY / ".cache" / "experiments"
ROUNDS = 11

STUB = """
import sys, types
def stub(name, **members):
    module = types.ModuleType(name); module.__dict__.update(members); sys.modules[name] = module
class Any:
    def __init__(self, *a, **k): pass
    def __getattr__(self, name): return lambda *a, **k: None
"""
VARIANTS: dict[str, str] = {
    "as it ships": "",
    "SHA-256 from hashlib (OpenSSL)": "import sys; sys.modules['_sha2'] = None",
    "graph optimisation off": "import engine.environment as e; e.OPTIMISE_ALL = 0",
    "memory arena and pattern on": (
        "import engine.environment as e\n"
        "class Api(e.Api):\n"
        "    def __init__(self, *a):\n"
        "        super().__init__(*a); self.DisableCpuMemArena = self.DisableMemPattern = lambda options: None\n"
        "e.Api = Api"
    ),
    "without Powertools": STUB + "stub('aws_lambda_powertools', Logger=Any, Metrics=Any)\n"
    "stub('aws_lambda_powertools.metrics', MetricUnit=types.SimpleNamespace(Count='Count'))",
    "typing_extensions, jmespath stubbed": STUB + "stub('typing_extensions', deprecated=lambda *a, **k: lambda f: f)\n"
    "stub('jmespath'); stub('jmespath.exceptions', LexerError=Exception)\n"
    "stub('jmespath.functions', Functions=object, signature=lambda *a: lambda f: f)",
    "garbage frozen after init": "AFTER = 'import gc; gc.collect(); gc.freeze()'",
    "malloc trimmed after init": "AFTER = 'import ctypes; ctypes.CDLL(None).malloc_trim(0)'",
    "orjson for json": (
        f"import sys; sys.path.append({str(CACHE / 'orjson')!r}); import orjson\n"
        "AFTER = 'import handler.body as q, handler.response as p; q._decode = orjson.loads; "
        "p._encode = lambda d: orjson.dumps(d).decode()'"
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
told, sys.stdout = sys.stdout, open(os.devnull, "w")
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
print(json.dumps(result), file=told)
"""


def runtime_client() -> Path:
    """AWS' runtime client alone, without the rest of this environment's packages."""
    folder = CACHE / "runtime-client"
    if not folder.is_dir():
        command = [find_uv_bin(), "pip", "install", "--quiet", "--target", str(folder), "awslambdaric"]
        subprocess.run(command, check=True)
    return folder


def orjson() -> None:
    if not (CACHE / "orjson").is_dir():
        subprocess.run([find_uv_bin(), "pip", "install", "-q", "--target", str(CACHE / "orjson"), "orjson"], check=True)


def measure(variant: str) -> dict[str, float]:
    """Run one variant in a fresh interpreter of the artifact's version."""
    event = (SERVICE / "events" / "2.0" / "predict-clinic-progression.json").read_text("utf-8")
    environment = {
        "PYTHONPATH": str(ARTIFACT),
        "RUNTIME_CLIENT": str(runtime_client()),
        "EVENT": event,
        "POWERTOOLS_METRICS_NAMESPACE": "experiments",
        "POWERTOOLS_SERVICE_NAME": "experiments",
        "PATH": os.environ["PATH"],
    }
    options = ["-X", "pycache_prefix=/dev/null/none"] if variant.startswith("no bytecode") else []
    code = PROBE.format(variant=VARIANTS[variant])
    command = [sys.executable, "-S", "-B", *options, "-c", code]
    done = subprocess.run(command, cwd=ARTIFACT, env=environment, capture_output=True, text=True, check=True)
    return {name: float(value) for name, value in json.loads(done.stdout).items()}


def main() -> None:
    orjson()
    told: dict[str, list[dict[str, float]]] = {variant: [] for variant in VARIANTS}
    for number in range(ROUNDS):
        print(f"round {number + 1} of {ROUNDS}", file=sys.stderr, flush=True)
        for variant in VARIANTS:
            told[variant].append(measure(variant))
    baseline = told["as it ships"]
    columns = list(baseline[0])
    print(f"| variant | {' | '.join(columns)} |")
    print("|---" * (len(columns) + 1) + "|")
    for variant, rounds in told.items():
        cells = []
        for column in columns:
            middle = statistics.median(each[column] for each in rounds)
            change = statistics.median(
                each[column] - ships[column] for each, ships in zip(rounds, baseline, strict=True)
            )
            cells.append(f"{middle:.1f}" if variant == "as it ships" else f"{middle:.1f} ({change:+.1f})")
        print(f"| {variant} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
