"""`python -m benchmarks.coverage`: try every case, and write the tables of the toolkit's page what-converts."""

import argparse
from collections.abc import Iterable

from benchmarks.coverage import boosted, cases
from benchmarks.coverage.cases import Case
from benchmarks.coverage.page import PAGE, put, table
from benchmarks.coverage.trial import Outcome, trial


def main() -> None:
    """Write the tables of scikit-learn, of ready files, and of boosted trees where their packages are installed."""
    argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__).parse_args()
    page = put(PAGE.read_text("utf-8"), "scikit-learn", table(_tried(cases.cases())))
    page = put(page, "onnx files", table(_tried(cases.files())))
    if boosted.installed():
        page = put(page, "boosted trees", table(_tried(boosted.cases())))
    else:
        print(f"Left as it stands: the table of {', '.join(boosted.PACKAGES)}, which are not all installed.")
    PAGE.write_text(page, "utf-8")


def _tried(every: Iterable[Case]) -> list[Outcome]:
    outcomes = []
    for case in every:
        outcomes.append(trial(case))
        print(f"{outcomes[-1].kept or 'fails':8} {case.group}: {case.name}", flush=True)
    kept = sum(bool(outcome.kept) for outcome in outcomes)
    print(f"{kept} of {len(outcomes)} convert and keep parity.")
    return sorted(outcomes, key=lambda outcome: [each.group for each in outcomes].index(outcome.group))


if __name__ == "__main__":
    main()
