"""The page of the architectures: what was measured, with the story's figures beside it."""

import shutil
from pathlib import Path

from benchmarks.compare import PAGE, PICTURE, story, write
from sparely_sagemaker.compare.contestants import CONTESTANTS
from sparely_sagemaker.compare.measuring import Load, Turn
from sparely_sagemaker.compare.report import Published, summary
from tests.conftest import REPOSITORY

TURN = Turn(1000, 1.25, 4, 9, 200, 1.5, 0.5, 3.2, 110)


def test_the_storys_figures_stand_by_their_architectures() -> None:
    """The function alone met no limit; it never asked for a whole area at once."""
    assert story() == {
        "sequential": Published(offered=617.68, failed_percent=70.23, held=184),
        "direct": Published(offered=886.83, failed_percent=70.24, held=264),
        "lambda": Published(offered=910, failed_percent=0.0, held=None),
    }


def test_page_and_picture_have_both(tmp_path: Path) -> None:
    """What stands outside the marks stays."""
    (tmp_path / PAGE).parent.mkdir()
    shutil.copy(REPOSITORY / PAGE, tmp_path / PAGE)

    write(summary({each.key: [TURN] for each in CONTESTANTS}, Load(40, 8, (100, 200), 5)), tmp_path)

    page, before = ((folder / PAGE).read_text("utf-8") for folder in (tmp_path, REPOSITORY))
    row = "| Mapping templates, SageMaker endpoint | 264 | 70.24 | 200+ | 1.25 | 4 | 9 | 1.50 | 0.50 | 3.2 | 110 |"
    assert row in page.splitlines()
    assert page.partition("<!-- compare:begin -->")[0] == before.partition("<!-- compare:begin -->")[0]
    assert page.partition("<!-- compare:end -->")[2] == before.partition("<!-- compare:end -->")[2]
    assert ">264</text>" in (tmp_path / PICTURE).read_text("utf-8")
