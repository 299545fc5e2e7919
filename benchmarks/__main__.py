"""
`python -m benchmarks`: build, check, measure; write docs/benchmarks.md, its pictures and results.json.

Last come what an owner's own code costs, as `python -m benchmarks.own_code` measures it, how fast files are scored, as
`python -m benchmarks.scoring` does, and how all of it grows, as `python -m benchmarks.growth` does.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from benchmarks import REPOSITORY, growth, own_code, scoring
from benchmarks.budgets import handler_times, peak_memory_mb
from benchmarks.events import questions
from benchmarks.measurement import Runs, run_rounds
from benchmarks.packages import assemble, runtime_client
from benchmarks.page import charts, to_markdown
from benchmarks.processor import FULL, OF_512_MB, Share, can_limit
from benchmarks.readme import replace_figures
from benchmarks.results import artifact_sha256, compose, sizes
from benchmarks.roster import CONTESTANTS, SERVICE
from sparely_toolkit.pictures.bars import below
from sparely_toolkit.pictures.drawing import to_svg
from sparely_toolkit.pictures.parts import Spec

RESULTS = Path(__file__).parent / "results.json"
BEGAN = time.monotonic()


def main(words: list[str]) -> int:
    arguments = _parse(words)
    field = {}
    for contestant in CONTESTANTS:
        field[contestant] = assemble(contestant)
        tell(f"packaged {contestant.key}")
    runtime_client()
    weights = {contestant.key: sizes(contestant, artifact) for contestant, artifact in field.items()}
    tell("weighed; measuring the service's own budgets")
    times = handler_times()
    budgets = {
        "handler_ratio": sum(each["ratio"] for each in times.values()) / len(times),
        "peak_memory_mb": peak_memory_mb(),
    }
    rows = questions()
    plan = {FULL: (arguments.rounds, arguments.requests)}
    if can_limit():
        plan[OF_512_MB] = (arguments.slow_rounds, arguments.slow_requests)
    by_share: dict[Share, Runs] = {
        share: run_rounds(field, rows, rounds=rounds, requests=requests, share=share, progress=tell)
        for share, (rounds, requests) in plan.items()
    }
    settings = {
        "package_sha256": artifact_sha256(field[SERVICE]),
        "questions": len(rows),
        "rounds": {f"{share.vcpu:g}": rounds for share, (rounds, _) in plan.items()},
        "requests": {f"{share.vcpu:g}": requests for share, (_, requests) in plan.items()},
        "handler_times_us": times,
    }
    if OF_512_MB not in plan:
        settings["missing"] = "No share of a core could be had here, so the figures at 0.29 vCPU are missing."
    write(json.loads(json.dumps(compose(weights, by_share, budgets, settings))), arguments.output)
    tell("measuring what own code costs")
    broken = own_code.run(arguments.pairs, arguments.output)
    tell("measuring how fast files are scored")
    scored = scoring.report(arguments.score_pairs, arguments.score_rows, arguments.score_rows // 2, arguments.output)
    tell("measuring how it grows")
    grown = growth.run(arguments.growth_rounds, arguments.growth_megabytes, list(growth.CURVES), arguments.output)
    return broken or scored or grown


def write(results: dict[str, object], folder: Path) -> None:
    """Write what was measured and everything that shows it."""
    (folder / "docs" / "images").mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks").mkdir(exist_ok=True)
    (folder / "benchmarks" / RESULTS.name).write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    (folder / "docs" / "benchmarks.md").write_text(to_markdown(results), "utf-8")
    for name, drawn in charts(results).items():
        (folder / "docs" / "images" / name).write_text(picture(drawn), "utf-8")
    if (folder / "README.md").is_file():
        replace_figures(folder / "README.md", results)
    tell(f"wrote {folder / 'docs' / 'benchmarks.md'}")


def picture(drawn: list[Spec]) -> str:
    """Charts below one another as SVG."""
    return to_svg(below(drawn), title="; ".join(each["title"]["text"] for each in drawn))


def tell(sentence: str) -> None:
    print(f"{time.monotonic() - BEGAN:5.0f} s  {sentence}", flush=True)


def _parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help="starts of each contestant on one vCPU")
    parser.add_argument("--requests", type=int, default=300, help="requests a start on one vCPU")
    parser.add_argument("--slow-rounds", type=int, default=5, help="starts of each on the share of 512 MB")
    parser.add_argument("--slow-requests", type=int, default=100, help="requests a start on the share of 512 MB")
    parser.add_argument("--pairs", type=int, default=own_code.PAIRS, help="of each comparison of own code")
    parser.add_argument("--score-pairs", type=int, default=scoring.PAIRS, help="of each model that scores a file")
    parser.add_argument("--score-rows", type=int, default=scoring.ROWS, help="of those files")
    parser.add_argument("--growth-rounds", type=int, default=growth.ROUNDS, help="starts of each size")
    parser.add_argument(
        "--growth-megabytes", type=float, default=max(growth.MEGABYTES), help="of the largest model that is made"
    )
    parser.add_argument("--output", type=Path, default=REPOSITORY, help="where docs/ and benchmarks/ are written")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
