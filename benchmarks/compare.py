"""
`python -m benchmarks.compare`: bake a service with the add-on, measure the three architectures, write the page.

What is measured and how is in the service: `make -C sagemaker compare` does the same there.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from cookiecutter.main import cookiecutter

from benchmarks import REPOSITORY
from benchmarks.marks import write_between

FOLDER = REPOSITORY / ".cache" / "compare"
PAGE = Path("docs", "architectures.md")
PICTURE = Path("docs", "images", "architectures.svg")
SLUG = "prediction-service"


def main(arguments: list[str]) -> int:
    """Arguments but for `--output` go to `python -m compare`; 0 when the page is written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("--output", type=Path, default=REPOSITORY, help=f"the folder whose {PAGE} is written")
    given, of_the_service = parser.parse_known_args(arguments)
    service = bake()
    for command in (["make", "build"], ["make", "-C", "sagemaker", "build"]):
        subprocess.run(command, cwd=service, check=True, stdout=sys.stderr)
    paths = [".packages", "", "../", "../src"]
    environment = ":".join(str((service / "sagemaker" / path).resolve()) for path in paths)
    command = ["env", f"PYTHONPATH={environment}", ".venv/bin/python", "-m", "compare", *of_the_service]
    measured = subprocess.run(command, cwd=service, check=False)
    if measured.returncode:
        return measured.returncode
    results = service / "sagemaker" / ".build" / "compare"
    write((results / "compare.md").read_text("utf-8"), results / "compare.svg", given.output)
    return 0


def write(table: str, picture: Path, folder: Path) -> None:
    """Put table and picture into the page, of which all outside the marks is people's."""
    (folder / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(picture, folder / PICTURE)
    shown = f"![Requests a second held](images/{PICTURE.name})"
    write_between(folder / PAGE, "compare", f"{table.strip()}\n\n{shown}")
    print(f"wrote {folder / PAGE}")


def bake() -> Path:
    """The default service with the add-on, anew, over the packages that it had."""
    service = FOLDER / SLUG
    shutil.rmtree(FOLDER, ignore_errors=True)
    cookiecutter(str(REPOSITORY), no_input=True, extra_context={"project_slug": SLUG}, output_dir=str(FOLDER))
    cookiecutter(
        str(REPOSITORY),
        directory="addons/sagemaker",
        no_input=True,
        extra_context={"project_slug": SLUG},
        output_dir=str(FOLDER),
        overwrite_if_exists=True,
    )
    return service


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
