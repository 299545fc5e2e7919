"""`python -m compare`: measure the three architectures here, and write the table, the bills and the picture."""

import argparse
import json
import sys
from pathlib import Path

from sparely_sagemaker.compare import report
from sparely_sagemaker.compare.contestants import CONTESTANTS, NotServed
from sparely_sagemaker.compare.measuring import Load, measure
from sparely_toolkit.loadtest.generator import GeneratorFailed

STEPS = (50.0, 100.0, 200.0, 300.0, 400.0, 500.0)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 when all were measured."""
    given = _parser().parse_args(arguments)
    given.output.mkdir(parents=True, exist_ok=True)
    load = Load(given.rate, given.seconds, tuple(given.steps), given.step_seconds)
    try:
        turns = measure(
            CONTESTANTS, load, given.rounds, given.output, given.models, lambda line: print(line, flush=True)
        )
    except (NotServed, GeneratorFailed) as problem:
        print(problem, file=sys.stderr)
        return 2
    results = report.summary(turns, load)
    (given.output / "compare.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    text = f"{report.measured_table(results)}\n\n{report.cost_table(results)}\n"
    (given.output / "compare.md").write_text(text, encoding="utf-8")
    (given.output / "compare.svg").write_text(report.picture(results), encoding="utf-8")
    print(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m compare", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rate", type=float, default=40.0, help="requests a second of the constant part")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of the constant part")
    parser.add_argument("--steps", type=float, nargs="+", default=STEPS, help="requests a second, rising")
    parser.add_argument("--step-seconds", type=float, default=8.0)
    parser.add_argument("--models", type=Path, default=Path("src/models"))
    parser.add_argument("--output", type=Path, default=Path("sagemaker/.build/compare"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
