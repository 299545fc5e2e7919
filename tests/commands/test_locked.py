"""`make lock` and `make audit`: what is locked stays so, moves together, and is asked about in full."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from sparely_toolkit.package.engine_library import ENGINE
from sparely_toolkit.upkeep.locks import OURS
from tests.conftest import REPOSITORY, SAM, Bake, Equip, Quiet, on_loopback, run, user_environment

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]+\])?==(\S+)(.*)$", re.MULTILINE)
WEAK = {"name": "requests", "ecosystem": "PyPI"}
ADVISORY = {
    "id": "PYSEC-2000-1",
    "summary": "An advisory that the tests made up.",
    "affected": [{"package": WEAK, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}],
}


class Advisories(Quiet):
    """
    An advisory database that answers as OSV's does, and keeps what it was asked.

    Source: https://osv.dev/docs/osv_service_v1.swagger.json, read 2026-11-22.
    """

    queries: ClassVar[set[str]] = set()
    weak: ClassVar[str] = ""

    def do_POST(self) -> None:
        """Answer a query with nothing, or with the advisory if the weak package was asked for."""
        query: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
        name = query["package"]["name"]
        self.queries.add(f"{name}=={query['version']}")
        answer = json.dumps({"vulns": [ADVISORY]} if name == self.weak else {}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


@pytest.fixture
def advisories() -> Iterator[dict[str, str]]:
    """An environment that leads pip-audit to a database on loopback."""
    Advisories.queries, Advisories.weak = set(), ""
    with on_loopback(Advisories) as url:
        yield leading_to(url)


def leading_to(url: str) -> dict[str, str]:
    """What pip-audit reads of its environment."""
    return {**user_environment(), "PIP_AUDIT_VULNERABILITY_SERVICE": "osv", "PIP_AUDIT_OSV_URL": url}


@pytest.fixture
def service(bake: Bake, equip: Equip) -> Path:
    """A service with its environment."""
    baked = bake()
    equip(baked)
    return baked


def locked(files: Iterable[Path]) -> dict[str, str]:
    """The pins of requirements, with what the line goes on to say."""
    texts = [file.read_text("utf-8") for file in files]
    return {f"{name}=={version}": rest for text in texts for name, version, rest in PIN.findall(text)}


def for_here(files: Iterable[Path]) -> set[str]:
    """The pins of others' packages that no other system or Python is meant by."""
    return {pin for pin, rest in locked(files).items() if ";" not in rest and pin.partition("==")[0] not in OURS}


def test_what_nobody_changed_is_locked_as_it_was(service: Path) -> None:
    """Compiled again, every requirement keeps its version and its hashes, whatever has come out since."""
    before = {file.name: file.read_text("utf-8") for file in service.glob("requirements/*")}

    run("make", "lock", cwd=service)

    assert {file.name: file.read_text("utf-8") for file in service.glob("requirements/*")} == before


def test_an_update_moves_everything_to_what_fits_together(service: Path, tmp_path: Path) -> None:
    """Whatever is newest, all that an environment needs can be installed at once, and every file has its hash."""
    run("make", "lock", "ARGS=--upgrade", cwd=service)

    assert all(rest.endswith("\\") for rest in locked(service.glob("requirements/*.txt")).values())
    uv = str(Path(SAM).with_name("uv"))
    run(uv, "venv", "--quiet", str(tmp_path / "venv"), cwd=service)
    python = str(tmp_path / "venv" / "bin" / "python")
    for lock in service.glob("requirements/*.txt"):
        run(uv, "pip", "install", "--dry-run", "--require-hashes", "--python", python, "-r", str(lock), cwd=service)


def test_every_package_of_a_service_is_asked_about(service: Path, advisories: dict[str, str]) -> None:
    """What is locked for this machine is looked up, and the engine that ships; an advisory that is ignored may be none."""
    printed = run("make", "audit", "ARGS=--ignore PYSEC-0000-1", cwd=service, environment=advisories)

    pins = for_here([*service.glob("requirements/*.txt"), ENGINE])
    assert "No weakness is known in what is locked" in printed
    assert Advisories.queries >= pins
    assert len(pins) > 100


def test_every_package_of_the_repository_is_asked_about(advisories: dict[str, str]) -> None:
    """Those of services, of the tests and of who is compared with what is here."""
    run("make", "audit", cwd=REPOSITORY, environment=advisories)

    listed = run("git", "ls-files", "-z", "*requirements*.txt", "*container.txt", cwd=REPOSITORY).split("\0")
    pins = for_here([*(REPOSITORY / name for name in listed if name), ENGINE])
    assert Advisories.queries >= pins
    assert {"mangum", "granian", "lightgbm"} <= {pin.partition("==")[0] for pin in pins}


def test_a_weak_package_fails_the_audit(service: Path, advisories: dict[str, str]) -> None:
    """The command ends with an error that names package and advisory."""
    Advisories.weak = WEAK["name"]

    with pytest.raises(AssertionError, match=r"requests \S+: PYSEC-2000-1"):
        run("make", "audit", cwd=service, environment=advisories)


def test_an_audit_that_cannot_ask_fails(service: Path) -> None:
    """Silence is not taken for safety: nobody listens on that port."""
    with pytest.raises(AssertionError, match="Nothing is known of what is locked: "):
        run("make", "audit", cwd=service, environment=leading_to("http://127.0.0.1:9"))
