"""
Our packages as wheels, where a service has them: in the template's vendor/ and in the add-on's, pinned by their locks.

A wheel whose content differs from the one that lies there gets the next version: a lock keeps the hash of a version
that it knows, and an environment its code. Nothing is touched where nothing has changed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import version
from pathlib import Path

from uv import find_uv_bin

from sparely_toolkit.upkeep.locks import OURS, lock, upgrade_of

REPOSITORY = Path(__file__).resolve().parents[1]
TEMPLATE = REPOSITORY / "{{cookiecutter.project_slug}}"
ADD_ON = REPOSITORY / "addons" / "sagemaker" / "{{cookiecutter.project_slug}}"
VENDORS = {
    "sparely": TEMPLATE / "vendor",
    "sparely-export": TEMPLATE / "vendor",
    "sparely-toolkit": TEMPLATE / "vendor",
    "sparely-sagemaker": ADD_ON / "vendor",
}
"""Where each package's wheel lies."""
PARTS = ("LICENSE", "README.md", "pyproject.toml", "src")
VERSION = re.compile(r'^version = "(.+)"$', re.MULTILINE)
BUILD = "import sys, uv_build; print(uv_build.build_wheel(sys.argv[1]))"


def packages() -> list[Path]:
    """The folders of our packages."""
    return [REPOSITORY / "packages" / name for name in VENDORS]


def build(package: Path, folder: Path) -> Path:
    """
    Build a package's wheel into a folder.

    Its bytes follow from the files that are or could be under version control, and from the backend's version;
    neither caches nor this machine's file modes count.
    """
    (pinned,) = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    if pinned != f"uv_build=={version('uv_build')}":
        raise SystemExit(
            f"{package.name} is built by {pinned}, this environment has {version('uv_build')}: make .venv/ready"
        )
    with tempfile.TemporaryDirectory() as scratch:
        for name in _listed(package):
            copy = Path(scratch) / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes((package / name).read_bytes())
            copy.chmod(0o644)
        command = [sys.executable, "-c", BUILD, str(folder)]
        # The backend is a program beside this interpreter, and is looked for in PATH.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        environment = {**os.environ, "PATH": path}
        done = subprocess.run(command, cwd=scratch, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return folder / done.stdout.split()[-1]


def renew(package: Path, vendor: Path) -> bool:
    """Put a package's wheel into a folder in place of the one that lies there, and say whether they differ."""
    prefix = package.name.replace("-", "_")
    lying = sorted(vendor.glob(f"{prefix}-*.whl"))
    with tempfile.TemporaryDirectory() as scratch:
        built = build(package, Path(scratch))
        same = vendor / built.name
        if lying == [same] and same.read_bytes() == built.read_bytes():
            return False
        if same in lying:
            raise_version(package / "pyproject.toml")
            built = build(package, Path(scratch))
        for wheel in lying:
            wheel.unlink()
        vendor.mkdir(exist_ok=True)
        shutil.copyfile(built, vendor / built.name)
    print(f"{built.name} is new in {vendor.relative_to(vendor.parents[1])}")
    return True


def raise_version(pyproject: Path) -> None:
    """Write the next development version; after a release it is the first one of the next."""
    text = pyproject.read_text("utf-8")
    (old,) = VERSION.findall(text)
    pyproject.write_text(text.replace(f'version = "{old}"', f'version = "{following(old)}"'), "utf-8")


def following(version: str) -> str:
    """
    The development version after this one.

    >>> following("0.1.0.dev9"), following("0.1.0")
    ('0.1.0.dev10', '0.1.1.dev1')
    """
    release, _, development = version.partition(".dev")
    if development:
        return f"{release}.dev{int(development) + 1}"
    parts = release.split(".")
    return ".".join([*parts[:-1], str(int(parts[-1]) + 1)]) + ".dev1"


def lock_template(*arguments: str) -> None:
    """Compile what a service has locked, where it lies in one: the template's requirements and the add-on's."""
    with tempfile.TemporaryDirectory() as scratch:
        service = Path(scratch) / "service"
        for source in (TEMPLATE, ADD_ON):
            for name in ("requirements", "sagemaker", "vendor"):
                if (source / name).is_dir():
                    shutil.copytree(source / name, service / name, dirs_exist_ok=True)
        for compiled in lock(service, find_uv_bin(), *arguments):
            place = compiled.relative_to(service)
            owner = TEMPLATE if (TEMPLATE / place).with_suffix(".in").is_file() else ADD_ON
            if not (owner / place).is_file() or (owner / place).read_bytes() != compiled.read_bytes():
                shutil.copyfile(compiled, owner / place)
                print(f"{place} is new")


def _listed(package: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PARTS]
    listed = subprocess.run(command, cwd=package, stdout=subprocess.PIPE, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (package / name).is_file()]


def main() -> None:
    """Renew what differs and lock it; further arguments are uv's."""
    for package in packages():
        renew(package, VENDORS[package.name])
    lock_template(*upgrade_of(OURS), *sys.argv[1:])


if __name__ == "__main__":
    main()
