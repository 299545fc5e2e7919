"""From runs to results.json: every figure that the page, the pictures and the README show."""

import hashlib
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import REPOSITORY, budgets
from benchmarks.cost import memory_setting_mb, read_prices, usd_per_million
from benchmarks.measurement import Run, Runs, ratios, summary
from benchmarks.processor import Share
from benchmarks.roster import CONTESTANTS, SERVICE, Contestant
from sparely_toolkit.package.measure import weigh
from sparely_toolkit.package.target import LARGEST_UNZIPPED_BYTES

FIGURES = tuple(field.name for field in fields(Run))
VERSIONED = ("aws-sam-cli", "awslambdaric", "onnxruntime", "numpy", "pandas", "scikit-learn")


def sizes(contestant: Contestant, artifact: Path) -> dict[str, int | None]:
    """Bytes of the zip, None where Lambda takes none, and of the files that Lambda unpacks."""
    unzipped = sum(each.stat().st_size for each in artifact.rglob("*") if each.is_file())
    zips = not contestant.image and unzipped <= LARGEST_UNZIPPED_BYTES
    return {"zip_bytes": weigh(artifact).zipped if zips else None, "unzipped_bytes": unzipped}


def figures(runs: Runs, key: str) -> dict[str, Any]:
    """Median and quartiles of every figure, the memory setting, and what a million requests cost at it."""
    of = {name: asdict(summary([getattr(run, name) for run in runs[key]])) for name in FIGURES}
    memory_mb = memory_setting_mb(max(run.peak_memory_mb for run in runs[key]))
    usd = usd_per_million(of["warm_p50_ms"]["median"], memory_mb, read_prices())
    against = {name: asdict(summary(ratios(runs, name, key, SERVICE.key))) for name in FIGURES}
    return {**of, "memory_setting_mb": memory_mb, "usd_per_million": round(usd, 3), "times_the_service": against}


def compose(
    weights: Mapping[str, dict[str, int | None]],
    by_share: Mapping[Share, Runs],
    budgets: Mapping[str, float],
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """Everything that was measured, with what one must know to measure it again."""
    contestants = {
        each.key: {
            "title": each.title,
            "note": each.note,
            **weights[each.key],
            "shares": {f"{share.vcpu:g}": figures(runs, each.key) for share, runs in by_share.items()},
        }
        for each in CONTESTANTS
        if each.key in weights
    }
    result = {**circumstances(), **settings, "contestants": contestants, "budgets": dict(budgets)}
    return {**result, "promises": promises(result)}


def promises(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The claims of this template as figures, each with the limit that it must keep."""
    field, measured = result["contestants"], result["budgets"]
    pandas = field["pandas-joblib"]["shares"]["1"]["times_the_service"]
    plain = field["onnxruntime-module"]["shares"]["1"]["times_the_service"]
    floor = field["import-onnxruntime"]["shares"]["1"]["times_the_service"]
    zips = [each["zip_bytes"] for key, each in field.items() if key not in ("service", "empty") and each["zip_bytes"]]
    service = field["service"]
    return [
        _promise("init, times faster than scikit-learn + pandas with bytecode", pandas["init_ms"]["median"], least=12),
        _promise("init, times faster than plain `sam build` with numpy", plain["init_ms"]["median"], least=4),
        _promise(
            "init, over `import onnxruntime` alone", 1 / floor["init_ms"]["median"], most=budgets.LARGEST_INIT_RATIO
        ),
        _promise("peak memory, over scikit-learn + pandas", 1 / pandas["peak_memory_mb"]["median"], most=1 / 3),
        _promise("zip, over the smallest with the onnxruntime module", service["zip_bytes"] / min(zips), most=0.5),
        _promise("zip, MB", service["zip_bytes"] / 1e6, most=budgets.LARGEST_ZIP_BYTES / 1e6),
        _promise("unzipped, MiB", service["unzipped_bytes"] / 2**20, most=budgets.LARGEST_UNZIPPED_BYTES / 2**20),
        _promise("peak memory after 300 requests, MB", measured["peak_memory_mb"], most=budgets.LARGEST_PEAK_MEMORY_MB),
        _promise(
            "handler, over json.loads, engine, json.dumps",
            measured["handler_ratio"],
            most=budgets.LARGEST_HANDLER_RATIO,
        ),
    ]


def _promise(what: str, figure: float, *, least: float | None = None, most: float | None = None) -> dict[str, Any]:
    kept = (least is None or figure >= least) and (most is None or figure <= most)
    limit = f"at least {least:g}" if least is not None else f"at most {round(most or 0, 2):g}"
    return {"what": what, "figure": round(figure, 3), "limit": limit, "kept": kept}


def circumstances() -> dict[str, Any]:
    """What was measured, where and when."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": _commit(),
        "machine": {
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            "system": f"{platform.system()} {platform.release()}",
        },
        "python": platform.python_version(),
        "versions": {name: version(name) for name in VERSIONED},
        "prices": asdict(read_prices()),
    }


def circumstances_line() -> str:
    """The same as the beginning of a sentence: date, cores, processor, Python."""
    known = circumstances()
    machine = known["machine"]
    return f"{known['date']}, {machine['cores']} cores of {machine['processor']}, Python {known['python']}"


def artifact_sha256(artifact: Path) -> str:
    """One digest over names and contents of an artifact's files."""
    digest = hashlib.sha256()
    for each in sorted(artifact.rglob("*")):
        if each.is_file():
            digest.update(each.relative_to(artifact).as_posix().encode() + b"\0" + each.read_bytes())
    return digest.hexdigest()


def _commit() -> str:
    """The commit, with a plus sign where files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--abbrev=12", "--match=", "--dirty=+"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    name = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    return " ".join(name.group(1).split()) if name else platform.machine()
