"""Our packages as services have them: wheels of what is here, pinned by every lock that names them."""

import hashlib
import os
import re
import zipfile
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, TEMPLATE, commit, run
from tools.wheels import VENDORS, build, following, packages, renew

PACKAGES = {package.name: package for package in packages()}
LOCKS = sorted(TEMPLATE.glob("requirements/*.txt"))
PYPROJECT = """\
[project]
name = "small"
version = "{version}"

[build-system]
requires = ["uv_build=={backend}"]
build-backend = "uv_build"
"""


def wheel(name: str) -> Path:
    """The wheel of a package, where services get it from."""
    (file,) = VENDORS[name].glob(f"{name.replace('-', '_')}-*.whl")
    return file


def digest(file: Path) -> str:
    """What a lock knows a wheel by."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def content(file: Path) -> set[str]:
    """The names of a wheel's files."""
    with zipfile.ZipFile(file) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A package under version control."""
    package = tmp_path / "small"
    (package / "src" / "small").mkdir(parents=True)
    (package / "src" / "small" / "__init__.py").write_text("ANSWER = 42\n")
    pinned = re.search(r"uv_build==([\d.]+)", (PACKAGES["sparely"] / "pyproject.toml").read_text("utf-8"))
    assert pinned
    (package / "pyproject.toml").write_text(PYPROJECT.format(version="0.1.0.dev9", backend=pinned[1]))
    (package / ".gitignore").write_text("__pycache__/\n")
    run("git", "init", "--quiet", cwd=package)
    commit(package, "A package")
    return package


@pytest.mark.parametrize("name", VENDORS)
def test_the_wheel_is_that_of_the_sources(name: str, tmp_path: Path) -> None:
    """To the byte; `make wheels` makes it so, and raises the version by itself."""
    built = build(PACKAGES[name], tmp_path)

    assert (built.name, digest(built)) == (wheel(name).name, digest(wheel(name))), "make wheels"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_locks_pin_the_wheels_that_lie_there(lock: Path) -> None:
    """By version and hash, found in vendor/ wherever the lock is installed from."""
    text = lock.read_text("utf-8")

    assert text.startswith("--find-links ../vendor\n\n")
    for name in re.findall(r"^(sparely[a-z-]*)==", text, re.MULTILINE):
        version = wheel(name).name.split("-")[1]
        assert f"\n{name}=={version} \\\n    --hash=sha256:{digest(wheel(name))}\n" in text


def test_what_ships_needs_the_package_that_ships_alone() -> None:
    """And where models are fitted, the toolkit has no say."""
    named = {
        lock.stem: set(re.findall(r"^(sparely[a-z-]*)==", lock.read_text("utf-8"), re.MULTILINE)) for lock in LOCKS
    }

    assert named == {
        "lambda": {"sparely"},
        "dev": {"sparely", "sparely-toolkit"},
        "export": {"sparely", "sparely-export"},
    }


@pytest.mark.parametrize("name", VENDORS)
def test_a_wheel_holds_what_is_imported_and_nothing_else(name: str) -> None:
    """Neither tests nor caches; each is typed and has its licence."""
    files = content(wheel(name))
    module = name.replace("-", "_")

    assert {file.partition("/")[0].partition("-")[0] for file in files} == {module}
    assert [file for file in files if "/tests/" in file or "__pycache__" in file] == []
    assert f"{module}/py.typed" in files
    assert any(file.endswith(".dist-info/licenses/LICENSE") for file in files)


def test_the_toolkit_brings_its_pages_and_data() -> None:
    """Whatever lies beside its modules is read from there."""
    source = PACKAGES["sparely-toolkit"] / "src"
    beside = {file.relative_to(source).as_posix() for file in source.rglob("*") if file.is_file()}
    data = {name for name in beside if not name.endswith((".py", ".pyc")) and "__pycache__" not in name}

    assert {Path(name).suffix for name in data} >= {".md", ".toml", ".html", ".js", ".css", ".txt"}
    assert data <= content(wheel("sparely-toolkit"))


def test_caches_and_modes_of_this_machine_leave_no_trace(small: Path, tmp_path: Path) -> None:
    """A wheel's bytes follow from what is under version control."""
    (tmp_path / "one").mkdir()
    before = build(small, tmp_path / "one").read_bytes()
    (small / "src" / "small" / "__pycache__").mkdir()
    (small / "src" / "small" / "__pycache__" / "__init__.pyc").write_bytes(b"\0")
    (small / "src" / "small" / "__init__.py").chmod(0o755)
    os.utime(small / "pyproject.toml", (0, 0))

    (tmp_path / "two").mkdir()
    assert build(small, tmp_path / "two").read_bytes() == before


def test_changed_content_gets_the_next_version(small: Path, tmp_path: Path) -> None:
    """A lock keeps the hash of a version that it knows, and an environment its code; what is unchanged stays."""
    vendor = tmp_path / "vendor"

    first = renew(small, vendor), [file.name for file in vendor.iterdir()]
    again = renew(small, vendor), [file.name for file in vendor.iterdir()]
    (small / "src" / "small" / "__init__.py").write_text("ANSWER = 43\n")
    changed = renew(small, vendor), [file.name for file in vendor.iterdir()]

    assert first == (True, ["small-0.1.0.dev9-py3-none-any.whl"])
    assert again == (False, ["small-0.1.0.dev9-py3-none-any.whl"])
    assert changed == (True, ["small-0.1.0.dev10-py3-none-any.whl"])
    assert 'version = "0.1.0.dev10"\n' in (small / "pyproject.toml").read_text("utf-8")


def test_after_a_release_comes_the_first_development_version_of_the_next() -> None:
    """A released version keeps its content for good."""
    assert [following(version) for version in ("0.1.0.dev9", "0.1.0", "1.2.9")] == [
        "0.1.0.dev10",
        "0.1.1.dev1",
        "1.2.10.dev1",
    ]


def test_another_backend_builds_nothing(small: Path, tmp_path: Path) -> None:
    """Its wheel would have other bytes."""
    (small / "pyproject.toml").write_text(PYPROJECT.format(version="0.1.0.dev9", backend="0.0.1"))

    with pytest.raises(SystemExit, match=r"small is built by uv_build==0\.0\.1, this environment has "):
        build(small, tmp_path)


def test_no_lock_names_an_address() -> None:
    """Where packages come from is a matter of the machine."""
    locks = [*REPOSITORY.rglob("requirements/*.txt"), *REPOSITORY.glob("benchmarks/contestants/*/requirements.txt")]

    found = [lock for lock in locks if ".venv" not in lock.parts and ".cache" not in lock.parts]
    assert len(found) > len(LOCKS)
    assert [lock for lock in found if "://" in lock.read_text("utf-8")] == []
