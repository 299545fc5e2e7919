"""Sample rows of a model's data: CSV, Parquet or JSON lines, as a frame and as callers would send them."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from training.optional import install_hint

MOST_ROWS = 1_000
"""Of a larger file evenly chosen rows are compared; ranges and quantiles are of all rows."""


class UnknownRows(Exception):
    """The file of rows is of no known type."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: rows are read from {', '.join(READERS)} files.")


def read_rows(path: Path) -> pd.DataFrame:
    """
    Read a table.

    Raises:
        UnknownRows: the suffix is of no known type.
        MissingPackage: Parquet without pyarrow.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnknownRows(path)
    return reader(path)


def to_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as callers would send them: whole numbers without decimals, missing values as None."""
    return [{str(name): _to_json(value) for name, value in row.items()} for row in frame.to_dict("records")]


def evenly(rows: list[dict[str, Any]], most: int = MOST_ROWS) -> list[dict[str, Any]]:
    """Return at most that many rows, from the whole length of the list."""
    return rows[:: max(1, -(-len(rows) // most))]


def _to_json(value: Any) -> Any:
    if value is pd.NA or value is pd.NaT:
        return None
    value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() else value


def _parquet(path: Path) -> pd.DataFrame:
    with install_hint("pyarrow", "reading Parquet"):
        return pd.read_parquet(path)


def _lines(path: Path) -> pd.DataFrame:
    lines = path.read_text("utf-8").splitlines()
    return pd.DataFrame([json.loads(line) for line in lines if line.strip()])


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": pd.read_csv,
    ".parquet": _parquet,
    ".jsonl": _lines,
    ".ndjson": _lines,
}
