"""
`python -m benchmarks.compare`: bake a service with the add-on, measure the three architectures, write the page.

What is measured and how is in the service: `make -C sagemaker compare` does the same there.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from cookiecutter.main import cookiecutter

from benchmarks import REPOSITORY

FOLDER = REPOSITORY / ".cache" / "compare"
PAGE = REPOSITORY / "docs" / "architectures.md"
PICTURE = REPOSITORY / "docs" / "images" / "architectures.svg"
SLUG = "prediction-service"


def main(arguments: list[str]) -> int:
    """Arguments go to `python -m compare`; 0 when the page is written."""
    service = bake()
    for command in (["make", "build"], ["make", "-C", "sagemaker", "build"]):
        subprocess.run(command, cwd=service, check=True, stdout=sys.stderr)
    paths = [".packages", "", "../", "../src"]
    environment = ":".join(str((service / "sagemaker" / path).resolve()) for path in paths)
    measured = subprocess.run(
        ["env", f"PYTHONPATH={environment}", ".venv/bin/python", "-m", "compare", *arguments], cwd=service, check=False
    )
    if measured.returncode:
        return measured.returncode
    output = service / "sagemaker" / ".build" / "compare"
    shown = f"![Requests a second held](images/{PICTURE.name})"
    write(PAGE, f"{(output / 'compare.md').read_text('utf-8').strip()}\n\n{shown}")
    PICTURE.parent.mkdir(exist_ok=True)
    shutil.copyfile(output / "compare.svg", PICTURE)
    print(json.dumps({"page": str(PAGE.relative_to(REPOSITORY)), "picture": str(PICTURE.relative_to(REPOSITORY))}))
    return 0


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


def write(page: Path, text: str) -> None:
    """Replace what stands between the page's marks: everything else on it is people's."""
    begin, end = "<!-- compare:begin -->", "<!-- compare:end -->"
    before, found, rest = page.read_text("utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{page}: no {begin} and {end}.")
    page.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
