"""What platforms.yml runs where nothing else of this repository does."""

import pytest

from tools.try_export import main


@pytest.mark.slow
def test_an_export_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    """A model is exported, and the engine that ships answers its golden rows."""
    main()

    assert capsys.readouterr().out.endswith("The engine that ships answers 8 rows with 2 outputs.\n")
