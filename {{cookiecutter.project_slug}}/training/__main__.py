"""`python -m training`: fit and export the sample models anew."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from training import report
from training.export import export
from training.samples import SAMPLES

MODELS = Path(__file__).resolve().parents[1] / "src" / "models"


def main(arguments: Sequence[str] | None = None) -> None:
    """Export all sample models, with a line for each as it is done."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="where to write (default: src/models)")
    models = parser.parse_args(arguments).models
    for number, (name, fitted) in enumerate(SAMPLES.items(), start=1):
        print(f"[{number}/{len(SAMPLES)}] {name}: fit, convert, compare ...", flush=True)
        print(f"      {report.line(export(fitted(), models))}", flush=True)


if __name__ == "__main__":
    main()
