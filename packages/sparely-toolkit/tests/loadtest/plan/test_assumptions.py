"""What the plan cannot measure: the file that says otherwise is held to what each value can be."""

from pathlib import Path

import pytest

from sparely_toolkit.loadtest.plan import assumptions
from sparely_toolkit.toml_file import UnreadableToml


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[requests]\nresponse_kb = 'x'", "requests.response_kb is 'x', and it should be a valid number."),
        ("[requests]\nresponse_kb = -1", "requests.response_kb is -1, and it should be greater than or equal to 0."),
        ("[requests]\nresponse_kb = nan", "requests.response_kb is nan, and it should be a finite number."),
        ("requests = 5", "[requests] is no table; it may have request_kb, response_kb,"),
        ("[requests]\nanswer_kb = 1", "[requests] answer_kb; it may have request_kb, response_kb,"),
        ("[limits]\nconcurrency = 0", "limits.concurrency is 0, and it should be greater than or equal to 1."),
        ("[limits]\nconcurrency = 1.5", "limits.concurrency is 1.5, and it should be a valid integer."),
        ("[limits]\nconcurrency = true", "limits.concurrency is True, and it should be a valid integer."),
        ("[sagemaker]\ntarget = 0", "sagemaker.target is 0, and it should be greater than 0."),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, text: str, what: str) -> None:
    """A bill from it would look like any other."""
    file = tmp_path / "own.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(UnreadableToml) as caught:
        assumptions.read(file)

    assert str(caught.value).startswith(f"own.toml cannot be read: {what}")


def test_a_file_changes_what_it_names_alone(tmp_path: Path) -> None:
    """All else is the toolkit's."""
    file = tmp_path / "own.toml"
    file.write_text("[limits]\nconcurrency = 50\n", "utf-8")

    own = assumptions.read(file)

    assert own.limits.concurrency == 50
    assert own.limits.idle_minutes == assumptions.read().limits.idle_minutes
    assert own.requests == assumptions.read().requests
