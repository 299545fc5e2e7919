"""The command line of an export, and what a call of it may say."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from sparely_export import Refusal, export
from sparely_export.options import parse

NAMED = ("model.joblib", "--area", "toys", "--name", "sum", "--data", "rows.csv", "--models", "models")
WRONG = [
    *((option, number) for option in ("most-seconds", "most-open-ms", "most-row-ms") for number in ("0", "-1", "nan")),
    *((option, number) for option in ("absolute-tolerance", "relative-tolerance") for number in ("-1", "nan", "inf")),
]


@pytest.mark.parametrize(("option", "number"), WRONG, ids=map("=".join, WRONG))
def test_a_limit_that_nothing_or_everything_keeps_is_a_wrong_call(
    option: str, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tolerance without end would let every model pass, and nan none."""
    with pytest.raises(SystemExit) as ended:
        parse([*NAMED, f"--{option}={number}"])

    expected = "above 0" if option.startswith("most") else "from 0 on"
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: --{option} is {number}; expected a number {expected}.\n")


def test_no_tolerance_at_all_may_be_asked_for() -> None:
    """Whoever wants equal numbers says 0."""
    assert parse([*NAMED, "--absolute-tolerance=0", "--relative-tolerance=0"]).tolerance == (0, 0)


def test_a_call_names_its_argument(tmp_path: Path) -> None:
    """A notebook has no command line; nothing is written."""
    model = LinearRegression().fit(np.ones((4, 2)), np.ones(4))

    with pytest.raises(Refusal, match=r"^relative_tolerance is inf; expected a number from 0 on\.$"):
        export(
            model, np.ones((4, 2)), tmp_path / "sum.zip",
            area="toys", name="sum", relative_tolerance=float("inf"), progress=False,
        )  # fmt: skip

    assert list(tmp_path.iterdir()) == []
