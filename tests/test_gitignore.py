"""What `git add -A` commits of a service: all that belongs to it, and neither pickles nor customers' rows."""

import subprocess
from pathlib import Path

import pytest

from tests.support.services import TEMPLATE

IGNORED = (
    *("churn.joblib", "churn.pkl", "churn.pickle", "churn.cloudpickle", "churn.skops", "churn.zip", "churn.onnx"),
    *("churn.ubj", "churn.cbm", "churn.pt2"),
    *("rows.csv", "rows.csv.gz", "rows.parquet", "rows.jsonl", "rows.jsonl.gz"),
    *("rows.scored.csv", "rows.scored.csv.gz", "rows.scored.jsonl", "rows.scored.txt", "rows.errors.csv"),
    *(
        ".rows.scored.csv.partial",
        ".rows.scored.csv.errors.partial",
        ".rows.scored.parquet.together.partial",
        ".rows.scored.csv.progress",
    ),
    *("data/.rows.scored.csv.partial", "data/.rows.scored.csv.progress", "data/.rows.scored.csv.progress.new"),
)
"""What documented commands leave, by the names that our pages give."""
COMMITTED = (
    *("loadtest/profiles/arrivals.csv", "tests/data/rows.csv", "tests/rows.scored.csv", "training/rows.csv.gz"),
    *("training/churn.joblib", "src/models/shop/churn/model.onnx", "src/models/shop/churn/golden.json", "notes.txt"),
)


def ignored(folder: Path, *names: str) -> set[str]:
    """Those of some names that git leaves out in a service."""
    (folder / ".gitignore").write_bytes((TEMPLATE / ".gitignore").read_bytes())
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    command = ["git", "check-ignore", "--no-index", *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return set(done.stdout.splitlines())


@pytest.mark.parametrize("name", IGNORED)
def test_what_commands_leave_is_not_committed(tmp_path: Path, name: str) -> None:
    """A pickle runs code, and rows may be of customers."""
    assert ignored(tmp_path, name) == {name}


def test_what_belongs_to_a_service_is_committed(tmp_path: Path) -> None:
    """All files of the template among it."""
    own = [each.relative_to(TEMPLATE).as_posix() for each in TEMPLATE.rglob("*") if each.is_file()]
    own = [each for each in own if "__pycache__" not in each]

    assert ignored(tmp_path, *own, *COMMITTED) == set()
