"""`python -m benchmarks.random_pipelines`: pipelines composed by chance, each through the gate and the service."""

import argparse
import time
from collections import Counter

from benchmarks.random_pipelines.workers import guarded


def main() -> None:
    """Tell how many of them agree, and show the others."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.random_pipelines", description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", help="these instead, separated by commas")
    options = parser.parse_args()
    seeds = list(range(options.first, options.first + options.count))
    if options.seeds:
        seeds = [int(seed) for seed in options.seeds.split(",")]
    counts: Counter[str] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    started = time.monotonic()
    for result in guarded(seeds):
        counts[result.verdict] += 1
        if result.verdict != "equal":
            kinds[result.verdict, result.kind] += 1
            print(f"{result.seed} {result.verdict}: {result.sentence[:600]}\n  {result.steps[:600]}", flush=True)
    for (verdict, kind), count in kinds.most_common():
        print(f"{count:5} {verdict}: {kind}")
    print(f"{dict(counts)} of {len(seeds)} in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
