"""What a run is told."""

from pathlib import Path

import pytest

from sparely_toolkit.loadtest.run_settings import RunSettings
from sparely_toolkit.loadtest.shapes import Shape, Stage


def test_settings_reach_another_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What one process writes into its children's environment they read back."""
    shape = Shape("two", (Stage(1, 2.5), Stage(3, 4)), users=7)
    settings = RunSettings(shape, tmp_path / "models", "iam", tmp_path / "distribution.json", seed=3)

    for name, value in settings.to_environment().items():
        monkeypatch.setenv(name, value)

    assert RunSettings.from_environment() == settings
