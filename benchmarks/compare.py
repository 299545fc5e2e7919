"""
`python -m benchmarks.compare`: measure the three architectures in a service with the add-on, and write the page.

What is measured and how is the service's own `make -C sagemaker compare`; the story's figures are put beside it here.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import REPOSITORY
from benchmarks.marks import write_between
from sparely_sagemaker.compare.report import Published, picture, tables
from tests.support.sagemaker import built

PAGE = Path("docs", "architectures.md")
PICTURE = Path("docs", "images", "architectures.svg")
STORY = Path(__file__).with_name("story") / "story.toml"
# The story's load tests in their order, by the architecture that each was of.
TESTED = ("sequential", "direct", "lambda")


def main(arguments: list[str]) -> int:
    """Arguments but for `--output` go to `sparely sagemaker compare`; 0 when the page is written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("--output", type=Path, default=REPOSITORY, help=f"the folder whose {PAGE} is written")
    options, of_the_command = parser.parse_known_args(arguments)
    add_on = built()
    command = [sys.executable, "-m", "sparely_toolkit", "--service", str(add_on.project.root), "sagemaker", "compare"]
    measured = subprocess.run([*command, *of_the_command], check=False)
    if measured.returncode:
        return measured.returncode
    write(json.loads((add_on.comparison / "compare.json").read_text("utf-8")), options.output)
    return 0


def write(results: Mapping[str, Any], folder: Path) -> None:
    """Put table and picture into the page, of which all outside the marks is people's."""
    published = story()
    (folder / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    (folder / PICTURE).write_text(picture(results, published), "utf-8")
    shown = f"![Requests a second held](images/{PICTURE.name})"
    write_between(folder / PAGE, "compare", f"{tables(results, published).strip()}\n\n{shown}")
    print(f"wrote {folder / PAGE}")


def story() -> dict[str, Published]:
    """What the story says of each architecture, by the comparison's keys."""
    tests = tomllib.loads(STORY.read_text("utf-8"))["test"]
    return {
        key: Published(test["offered"], test["failed_percent"], test.get("capacity"))
        for key, test in zip(TESTED, tests, strict=True)
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
