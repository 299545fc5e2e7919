"""
Earlier templates, as tests/test_earlier_services.py makes services of them: without wheels, and locks without hashes.

`make release` keeps the template of each minor version; `python tools/earlier.py FOLDER NAME` that of any checkout.
"""

import io
import json
import re
import sys
import tarfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
KEPT = Path("tests", "earlier")
TEMPLATE = "{{cookiecutter.project_slug}}"
PROMPTS = "cookiecutter.json"
VENDOR = "vendor"
HASH = re.compile(r" \\\n    --hash=\S+")


def keep(checkout: Path, archive: Path) -> None:
    """
    Write the template of a checkout into an archive, the same bytes each time.

    Wheels are left out, since newer ones take their place, and hashes, which locking writes anew.
    """
    json.loads((checkout / PROMPTS).read_text("utf-8"))
    template = checkout / TEMPLATE
    found = [file for file in template.rglob("*") if file.is_file() and file.relative_to(template).parts[0] != VENDOR]
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w:xz") as packed:
        for file in [checkout / PROMPTS, *sorted(found)]:
            content = file.read_bytes()
            if file.match("requirements/*.txt"):
                content = HASH.sub("", content.decode()).encode()
            entry = tarfile.TarInfo(file.relative_to(checkout).as_posix())
            entry.size, entry.mode = len(content), 0o644
            packed.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    keep(Path(sys.argv[1]), REPOSITORY / KEPT / f"{sys.argv[2]}.tar.xz")
