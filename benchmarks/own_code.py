"""
`python -m benchmarks.own_code`: what an owner's own code costs, and what it costs a service that has none.

A service without own code is compared with the bare way of a request that knows none, in time of a request and in init;
a trivial step of each kind with a service without. Two of a kind are timed in turns, in alternating order, by the
processor's time. The table is put into docs/decisions.md; a promise that is not kept makes it exit with 1.
"""

import argparse
import json
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks import CACHE, REPOSITORY
from benchmarks.budgets import isolated, package_environment, run_probe
from benchmarks.marks import write_between
from benchmarks.packages import runtime_client
from benchmarks.processor import off_the_function_core, pin_to_function_core
from benchmarks.results import circumstances_line
from benchmarks.service import built_artifact
from sparely.bundle import MANIFEST, STEPS, sha256
from sparely_toolkit.package.bytecode import compiled_path

DOCUMENT = Path("docs", "decisions.md")
PROBE = Path(__file__).parent / "own_code_probe.py"
LARGEST_RATIO = 1.03
LARGEST_ADDED_US = 10.0
PAIRS = 50
FEWEST_JUDGED = 20
"""Of fewer pairs a median says nothing, so no promise is judged by them."""

TRIVIAL = {
    "prepare": "def prepare(row):\n    return row\n",
    "present": "def present(prediction, row):\n    return prediction\n",
}
# What a package without a place for own code would not have.
OF_OWN_CODE = ("service", "exchange", "steps", "handler/steps", "handler/own_routes")
BARE_APP = """\
import os

from sparely.collector import Paused

with Paused():
    from sparely.handler.dispatch import respond
    from sparely.handler.registry import load_models
    from sparely.handler.routes import ROUTES
with Paused():
    registry = load_models(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "models"))


def lambda_handler(event, context):
    return respond(event, context, ROUTES, registry)
"""
INIT = """\
import json, os, sys, time
sys.path.append(os.environ["RUNTIME_CLIENT"])
import awslambdaric.bootstrap
began = time.process_time_ns()
import handler.app
print(json.dumps({"ms": (time.process_time_ns() - began) / 1e6, "modules": list(sys.modules)}))
"""


class Init(NamedTuple):
    """Medians of an init's time, in ms and over the bare one's; the modules that it loads and the bare one does not."""

    ms: float
    ratio: float
    modules: tuple[str, ...]


Requests = Mapping[str, Mapping[str, Mapping[str, float]]]
"""By what is compared, and by model: `us`, `ratio` and `added_us`, as the probe gives them."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_code", description=__doc__)
    parser.add_argument(
        "--pairs", type=int, default=PAIRS, help=f"of each comparison; below {FEWEST_JUDGED} nothing is judged"
    )
    parser.add_argument("--output", type=Path, default=REPOSITORY, help=f"the folder whose {DOCUMENT} is written")
    options = parser.parse_args()
    return run(options.pairs, options.output)


def run(pairs: int, output: Path) -> int:
    """Measure, write the table where the document is there, and say what is broken; 1 where something is."""
    init, requests = measure_init(pairs), measure_requests(pairs)
    text = f"{table(init, requests)}\n\n{circumstances_line()}; {pairs} pairs, by `python -m benchmarks.own_code`."
    print(text)
    if (output / DOCUMENT).is_file():
        write_between(output / DOCUMENT, "own-code", text)
    broken = list(broken_promises(init, requests)) if pairs >= FEWEST_JUDGED else []
    for sentence in broken:
        print(sentence, file=sys.stderr)
    return 1 if broken else 0


def measure_init(pairs: int) -> Init:
    """The init of the package as it ships, and of one that has no place for own code, each in fresh interpreters."""
    with _copy_of_package() as bare:
        _without_own_code(bare)
        artifacts = (built_artifact(), bare)
        runs: list[dict[Path, dict[str, Any]]] = []
        with off_the_function_core():
            for number in range(pairs + 1):
                order = artifacts if number % 2 else artifacts[::-1]
                runs.append({artifact: _start(artifact) for artifact in order})
    ships, without = ([each[artifact] for each in runs[1:]] for artifact in artifacts)
    return Init(
        median(each["ms"] for each in ships),
        median(one["ms"] / other["ms"] for one, other in zip(ships, without, strict=True)),
        tuple(sorted({*ships[0]["modules"]} - {*without[0]["modules"]})),
    )


def measure_requests(pairs: int) -> Requests:
    """What own_code_probe.py measures in an interpreter that sees the package alone."""
    with tempfile.TemporaryDirectory() as folder, off_the_function_core():
        for name, code in TRIVIAL.items():
            _with_steps(Path(folder, name), code)
        result: Requests = run_probe(PROBE, built_artifact(), str(pairs), folder)
    return result


def broken_promises(init: Init, requests: Requests) -> Iterator[str]:
    """A sentence for each promise that is not kept."""
    if init.ratio > LARGEST_RATIO:
        yield f"The init without own code takes {init.ratio:.3f} of the bare one's; expected at most {LARGEST_RATIO}."
    if more := [name for name in init.modules if name != "sparely.service"]:
        yield f"The init without own code loads {', '.join(more)}; expected sparely.service alone."
    without, *steps = requests
    if (ratio := _worst(requests, without, "ratio")) > LARGEST_RATIO:
        yield f"A request without own code takes {ratio:.3f} of the bare one's; expected at most {LARGEST_RATIO}."
    for step in steps:
        if (added := _worst(requests, step, "added_us")) > LARGEST_ADDED_US:
            yield f"A trivial {step} adds {added:.1f} us; expected at most {LARGEST_ADDED_US:g} us."


def table(init: Init, requests: Requests) -> str:
    """A row a comparison; of the sample models the one in which it costs most."""
    without, *steps = requests
    modules = ", ".join(f"`{name}`" for name in init.modules) or "none"
    rows: Sequence[tuple[str, str, str, str]] = [
        ("init without own code", f"{init.ms:.1f} ms", f"{init.ratio:.3f}", f"at most {LARGEST_RATIO}"),
        ("modules that it loads beyond the bare one's", modules, "", "`sparely.service` alone"),
        _row(requests, without, "a request without own code", f"at most {LARGEST_RATIO}"),
        *(_row(requests, step, f"a trivial `{step}`", f"at most {LARGEST_ADDED_US:g} us more") for step in steps),
    ]
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join(["| what | takes | over what it is compared with | promised |", "|---|---:|---:|---|", *lines])


def _row(requests: Requests, name: str, title: str, promised: str) -> tuple[str, str, str, str]:
    model = max(requests[name], key=lambda each: requests[name][each]["added_us"])
    figures = requests[name][model]
    takes = f"{figures['us']:.1f} us ({figures['added_us']:+.1f})"
    return title, takes, f"{_worst(requests, name, 'ratio'):.3f}", promised


def _worst(requests: Requests, name: str, figure: str) -> float:
    return max(of_model[figure] for of_model in requests[name].values())


def _start(artifact: Path) -> dict[str, Any]:
    environment = {**package_environment(artifact), "RUNTIME_CLIENT": str(runtime_client())}
    done = subprocess.run(
        [*isolated(), "-c", INIT],
        cwd=artifact,
        env=environment,
        stdout=subprocess.PIPE,
        preexec_fn=pin_to_function_core,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@contextmanager
def _copy_of_package() -> Iterator[Path]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        copy = Path(folder, "package")
        shutil.copytree(built_artifact(), copy, copy_function=os.link)
        yield copy


def _without_own_code(package: Path) -> None:
    """Make of a linked copy what the package would be if there were no place for own code."""
    for name in OF_OWN_CODE:
        module = package / "sparely" / f"{name}.py"
        module.unlink()
        compiled_path(module).unlink()
    app = package / "handler" / "app.py"
    app.unlink()  # a link to the original, which stays
    app.write_text(BARE_APP, "utf-8")
    py_compile.compile(
        str(app),
        cfile=str(compiled_path(app)),
        doraise=True,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )


def _with_steps(folder: Path, code: str) -> None:
    """The package's models, each with these steps; what `prepare` makes is what callers send."""
    shutil.copytree(built_artifact() / "models", folder / "models")
    has = {name: f"def {name}(" in code for name in TRIVIAL}
    for file in (folder / "models").glob(f"*/*/{MANIFEST}"):
        manifest = json.loads(file.read_text("utf-8"))
        manifest["steps"] = {"sha256": sha256(code.encode()).hexdigest(), **has}
        if has["prepare"]:
            manifest["prepared"] = manifest["features"]
        file.write_text(json.dumps(manifest), "utf-8")
        (file.parent / STEPS).write_text(code, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
