"""The built service behind a wait."""

from pathlib import Path

from sparely_toolkit.loadtest import stand_in
from sparely_toolkit.local import samconfig, template
from tests.loadtest.built import write_template


def test_a_stand_in_waits_in_front_of_the_built_function(tmp_path: Path) -> None:
    """Its template has the wait, the limit and the artifact, and keeps the function's own variables."""
    built = write_template(tmp_path / "built")

    path = stand_in.write(tmp_path / "stand-in", built, wait_ms=20, concurrency=3)

    function = template.read(path, samconfig.read(tmp_path / "samconfig.toml", "default")).function
    assert function.handler == "waiting.lambda_handler"
    assert (function.artifact / "waiting.py").is_file()
    assert function.reserved_concurrency == 3
    assert function.environment == {
        "MAX_ROWS": "10",
        "STAND_IN_FOR": str(tmp_path / "built" / "PredictFunction"),
        "STAND_IN_WAIT_MS": "20",
    }
