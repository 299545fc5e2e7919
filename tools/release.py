"""
`make release VERSION=0.2.0`: one version for the packages and the template, its changelog, and the wheels.

It changes files and commits nothing: what it prints in the end does. With --dry-run all of it is done in a clone that
is thrown away, and only what would change is said. With --wheels the wheels of a version that has been released are
collected, as they were tested.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from tools.earlier import KEPT, keep  # noqa: E402 - which is found from here only
from tools.wheels import VENDORS, VERSION, build, packages  # noqa: E402 - which is found from here only

MINOR = re.compile(r"(\d+\.\d+)\.0")
TEMPLATE = Path("{{cookiecutter.project_slug}}", "template.yaml")
FINAL = re.compile(r"(\d+)\.(\d+)\.(\d+)")
TEMPLATE_VERSION = re.compile(r"(?<=TemplateVersion: )\S+")
UNRELEASED = "## [Unreleased]\n"


class NoRelease(SystemExit):
    """There is nothing to release, or not so; the sentence says why."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Release, or try to in a clone."""
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("version", nargs="?", default="", metavar="VERSION")
    parser.add_argument("--dry-run", action="store_true", help="change nothing here")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="put the wheels of this version into a folder")
    options = parser.parse_args(arguments)
    if options.wheels:
        for wheel in collect(options.version, options.wheels):
            print(wheel)
        return
    check(REPOSITORY, options.version)
    if not options.dry_run:
        release(REPOSITORY, options.version)
        print(
            f"Look at `git diff`, run `make test`, then:\n\n"
            f"  git add --all && git commit -m 'Release {options.version}' && git tag v{options.version}\n"
            f"  git push --atomic origin main v{options.version}\n\n"
            "publish.yml uploads what the tag has."
        )
        return
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        _run("git", "clone", "--quiet", str(REPOSITORY), str(clone), cwd=REPOSITORY)
        release(clone, options.version)
        _run("git", "add", "--all", cwd=clone)
        print(_run("git", "diff", "--cached", "--stat", cwd=clone))
        print(section(clone, options.version))


def check(root: Path, version: str) -> None:
    """
    Look whether a release can be made here and now.

    Raises:
        NoRelease: the version is none, or not above what there is; or what is here is not committed.
    """
    if not FINAL.fullmatch(version):
        raise NoRelease(f'VERSION is "{version}"; expected three numbers, such as 0.2.0.')
    for pyproject in sorted(root.glob("packages/*/pyproject.toml")):
        (present,) = VERSION.findall(pyproject.read_text("utf-8"))
        released, _, development = present.partition(".dev")
        above = _numbers(version) >= _numbers(released) if development else _numbers(version) > _numbers(released)
        if not above:
            raise NoRelease(f"{pyproject.parent.name} has version {present}; {version} does not come after it.")
    if changed := _run("git", "status", "--porcelain", cwd=root):
        raise NoRelease(f"Not all is committed here, first {changed.split()[1]}; commit or take it back.")


def release(root: Path, version: str) -> None:
    """Write a version wherever it stands, the changelog, the wheels with what locks them; keep a minor's template."""
    for pyproject in root.glob("packages/*/pyproject.toml"):
        pyproject.write_text(VERSION.sub(f'version = "{version}"', pyproject.read_text("utf-8"), count=1), "utf-8")
    template = root / TEMPLATE
    template.write_text(TEMPLATE_VERSION.sub(version, template.read_text("utf-8"), count=1), "utf-8")
    write_changelog(root, version)
    for tool in ("wheels", "llms"):
        _run(sys.executable, f"tools/{tool}.py", cwd=root)
    if minor := MINOR.fullmatch(version):
        keep(root, root / KEPT / f"{minor[1]}.tar.xz")


def write_changelog(root: Path, version: str) -> None:
    """Put the files of changes/ under the version's heading; what is there by hand without a version follows them."""
    _run(sys.executable, "-m", "towncrier", "build", "--yes", "--version", version, cwd=root)
    changelog = root / "CHANGELOG.md"
    text = changelog.read_text("utf-8")
    changelog.write_text(re.sub(rf"\n*{re.escape(UNRELEASED)}\n*", "\n\n", text, count=1), "utf-8")


def section(root: Path, version: str) -> str:
    """What the changelog says of a version."""
    text = (root / "CHANGELOG.md").read_text("utf-8")
    return text.partition(f"## [{version}]")[2].partition("\n## [")[0].strip()


def collect(version: str, folder: Path) -> list[Path]:
    """
    Copy the wheels that services of this version have, each of which is that of its sources.

    Raises:
        NoRelease: one is of another version, or of other sources.
    """
    found = []
    folder.mkdir(parents=True, exist_ok=True)
    for package in packages():
        name = f"{package.name.replace('-', '_')}-{version}-py3-none-any.whl"
        wheel = VENDORS[package.name] / name
        shown = wheel.relative_to(REPOSITORY)
        if not wheel.is_file():
            raise NoRelease(f"{shown} is not there: {version or 'nothing'} is not released here.")
        with tempfile.TemporaryDirectory() as scratch:
            if build(package, Path(scratch)).read_bytes() != wheel.read_bytes():
                raise NoRelease(f"{shown} is not the wheel of packages/{package.name}; run `make wheels`.")
        found.append(Path(shutil.copyfile(wheel, folder / name)))
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _run(*command: str, cwd: Path) -> str:
    # Each part of a clone is the clone's own, whatever is installed here.
    environment = {**os.environ, "PYTHONPATH": str(cwd)}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoRelease(f"{' '.join(command[:4])} ended with {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


if __name__ == "__main__":
    main()
