"""Sample rows of a model's data: CSV, Parquet or JSON lines, as a frame and as callers would send them."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from pandas.errors import EmptyDataError

from sparely_export.refusals import WRONG_CALL, MissingPackage, Refusal, check_readable, install_hint

MOST_ROWS = 1_000
"""Of a larger file evenly chosen rows are compared; ranges and quantiles are of all rows."""

_T = TypeVar("_T")
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


class UnknownRows(Refusal):
    """The file of rows is of no known type."""

    exit_code = WRONG_CALL

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: rows are read from {', '.join(READERS)} files.")


class UnreadRows(Refusal):
    """The file does not hold what its suffix says, or nothing."""

    def __init__(self, path: Path, problem: str, instead: str) -> None:
        super().__init__(f"{path} {problem}. {instead}")


def read_rows(path: Path, words: Sequence[str] = ()) -> pd.DataFrame:
    """
    Read a table.

    Args:
        words: columns that hold words, also where they look like numbers; of other files than CSV, each value says so.

    Raises:
        UnknownRows: the suffix is of no known type.
        Unreadable: there is no such file.
        UnreadRows: it is empty, not in UTF-8, separated by other signs than commas, or broken.
        MissingPackage: Parquet without pyarrow.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnknownRows(path)
    check_readable(path)
    try:
        frame = _csv(path, words) if reader is _csv else reader(path)
    except (MissingPackage, UnreadRows):
        raise
    except Exception as error:
        raise _unread(path, error) from error
    if frame.empty:
        raise _unread(path, EmptyDataError())
    return frame


def to_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as callers would send them: whole numbers without decimals, missing values as None."""
    return [{str(name): _to_json(value) for name, value in row.items()} for row in frame.to_dict("records")]


def evenly(rows: Sequence[_T], most: int = MOST_ROWS) -> list[_T]:
    """Return at most that many rows, from the whole length of the list."""
    return list(rows[:: max(1, -(-len(rows) // most))])


def _to_json(value: Any) -> Any:
    if value is pd.NA or value is pd.NaT:
        return None
    value = value.item() if hasattr(value, "item") else value
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() else value


def _unread(path: Path, error: Exception) -> UnreadRows:
    if isinstance(error, EmptyDataError):
        return UnreadRows(path, "holds no rows", "Expected a name a column, and some hundred rows of training.")
    if isinstance(error, UnicodeDecodeError):
        problem = f"is not in UTF-8: it has a byte 0x{error.object[error.start]:02x}"
        return UnreadRows(path, problem, f"If it is Latin-1: iconv -f LATIN1 -t UTF-8 {path} > utf-8{path.suffix}")
    text = " ".join(str(error).split())[:200].rstrip(".")
    return UnreadRows(path, f"is no {path.suffix} file that can be read ({text})", "Save it again.")


def _csv(path: Path, words: Sequence[str] = ()) -> pd.DataFrame:
    """Read what is separated by commas; other files are not guessed at, for 1,5 in them may be a number."""
    frame = pd.read_csv(path, dtype=dict.fromkeys(words, str))
    named = [name for name in words if name in frame.columns]
    if named:  # "NA" and "None" are words there, and only an empty cell is missing
        plain = pd.read_csv(path, dtype=str, keep_default_na=False, usecols=named)
        frame = frame.assign(**{name: plain[name].astype(object).where(plain[name] != "", None) for name in named})
    other = next((sign for sign in OTHER_SEPARATORS if sign in str(frame.columns[0])), None)
    if len(frame.columns) == 1 and other:
        problem = f"has one column; it seems to be separated by {OTHER_SEPARATORS[other]}"
        raise UnreadRows(path, problem, "Save it with commas between columns, and points in numbers.")
    return frame


def _parquet(path: Path) -> pd.DataFrame:
    with install_hint("pyarrow", "reading Parquet"):
        return pd.read_parquet(path)


def _lines(path: Path) -> pd.DataFrame:
    lines = path.read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    if not all(isinstance(row, dict) for row in rows):
        raise UnreadRows(path, "has a line that is no object", 'Expected one row a line, such as {"a": 1, "b": "x"}.')
    return pd.DataFrame(rows)


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".jsonl": _lines,
    ".ndjson": _lines,
}
