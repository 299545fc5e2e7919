"""`make lock`, `make update` and `make audit`: what is locked stays so, moves together, and is asked about in full."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.conftest import REPOSITORY, SAM, Bake, Equip, Quiet, on_loopback, run

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

    asked: ClassVar[set[str]] = set()
    weak: ClassVar[str] = ""

    def do_POST(self) -> None:
        """Answer a query with nothing, or with the advisory if the weak package was asked for."""
        query: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
        name = query["package"]["name"]
        self.asked.add(f"{name}=={query['version']}")
        answer = json.dumps({"vulns": [ADVISORY]} if name == self.weak else {}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


@pytest.fixture
def advisories() -> Iterator[str]:
    """The arguments of pip-audit that lead it to a database on loopback."""
    Advisories.asked, Advisories.weak = set(), ""
    with on_loopback(Advisories) as url:
        yield f"ARGS=--vulnerability-service osv --osv-url {url}"


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
    """The pins that no other system or Python is meant by."""
    return {pin for pin, rest in locked(files).items() if ";" not in rest}


def test_what_nobody_changed_is_locked_as_it_was(service: Path) -> None:
    """Compiled again, every requirement keeps its version and its hashes, whatever has come out since."""
    before = {file.name: file.read_text("utf-8") for file in service.glob("requirements/*")}

    run("make", "lock", cwd=service)

    assert {file.name: file.read_text("utf-8") for file in service.glob("requirements/*")} == before


def test_an_update_moves_everything_to_what_fits_together(service: Path, tmp_path: Path) -> None:
    """Whatever is newest, all of it can be installed at once, every file has its hash, and the engine stays."""
    run("make", "update", cwd=service)

    files = [file for file in service.glob("requirements/*.txt") if file.name != "engine.txt"]
    assert "onnxruntime==1.27.0 \\\n    --hash=sha256:" in (service / "requirements" / "engine.txt").read_text("utf-8")
    assert all(rest.endswith("\\") for rest in locked(service.glob("requirements/*.txt")).values())
    uv = str(Path(SAM).with_name("uv"))
    listed = [word for file in files for word in ("-r", str(file))]
    run(uv, "venv", "--quiet", str(tmp_path / "venv"), cwd=service)
    python = str(tmp_path / "venv" / "bin" / "python")
    run(uv, "pip", "install", "--dry-run", "--require-hashes", "--python", python, *listed, cwd=service)


def test_every_package_of_a_service_is_asked_about(service: Path, advisories: str) -> None:
    """What is locked for this machine is looked up, each with its version."""
    told = run("make", "audit", advisories, cwd=service)

    pins = for_here(service.glob("requirements/*.txt"))
    assert "No known vulnerabilities found" in told
    assert Advisories.asked >= pins
    assert len(pins) > 100


def test_every_package_of_the_workshop_is_asked_about(advisories: str) -> None:
    """Those of the template, of its tests and of who is compared with it."""
    run("make", "audit", advisories, cwd=REPOSITORY)

    listed = run("git", "ls-files", "-z", "*requirements*.txt", "*container.txt", cwd=REPOSITORY).split("\0")
    pins = for_here(REPOSITORY / name for name in listed if name)
    assert Advisories.asked >= pins
    assert {"mangum", "granian", "lightgbm"} <= {pin.partition("==")[0] for pin in pins}


def test_a_weak_package_fails_the_audit(service: Path, advisories: str) -> None:
    """The command ends with an error that names package and advisory."""
    Advisories.weak = WEAK["name"]

    with pytest.raises(AssertionError, match=r"requests +\S+ +PYSEC-2000-1"):
        run("make", "audit", advisories, cwd=service)


def test_an_audit_that_cannot_ask_fails(service: Path) -> None:
    """Silence is not taken for safety: nobody listens on that port."""
    with pytest.raises(AssertionError, match="audit"):
        run("make", "audit", "ARGS=--vulnerability-service osv --osv-url http://127.0.0.1:9", cwd=service)
