"""
The program that `loadtest.plan.table_rate` runs inside a package, in an interpreter that sees nothing else.

It scores a table of golden rows as the function for tables of S3 does, without S3.
"""

import csv
import io
import json
import os
import sys
import time
from typing import Any


def main() -> None:
    """Score rows until the time is up, and write to a descriptor what that took."""
    work = json.load(sys.stdin)
    from sparely.batch.blocks import Csv
    from sparely.batch.entry import find_service
    from sparely.batch.flat import callers_columns
    from sparely.batch.scorer import Scorer

    service = find_service(work["handler"])
    area, model = work["area"], work["model"]
    scorer = Scorer(service, area, model, callers_columns(service.models, area, model))
    names = ["id", *scorer.names]
    block = _block(work["instances"], names, work["rows"])
    form = Csv(scorer, names, ["id"], ",")
    form.score(block, 2)  # opens what is opened at first use
    rows, began, answers = 0, time.perf_counter(), 0
    while time.perf_counter() - began < work["seconds"]:
        scored = form.score(block, 2)
        rows, answers = rows + scored.rows + scored.refused, len(scored.answers)
    took = time.perf_counter() - began
    figures = {
        "rows_a_second": rows / took,
        "row_bytes": len(block) / work["rows"],
        "answer_bytes": answers / work["rows"],
    }
    os.write(work["result"], json.dumps(figures).encode())


def _block(instances: list[dict[str, Any]], names: list[str], rows: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for number in range(rows):
        instance = instances[number % len(instances)]
        writer.writerow([number, *(instance.get(name) for name in names[1:])])
    return text.getvalue().encode()


if __name__ == "__main__":
    main()
