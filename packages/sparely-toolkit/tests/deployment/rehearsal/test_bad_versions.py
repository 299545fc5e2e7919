"""Bad versions are packages whose entry point is bad and whose rest is right."""

import ast
from pathlib import Path

import pytest

from sparely_toolkit.deployment.rehearsal.bad_versions import BAD_VERSIONS, make


@pytest.mark.parametrize("kind", BAD_VERSIONS)
def test_the_entry_point_is_replaced(kind: str, tmp_path: Path) -> None:
    """The right one lies beside it, without the bytecode that would be taken for it."""
    package = tmp_path / "right"
    (package / "handler" / "__pycache__").mkdir(parents=True)
    (package / "handler" / "app.py").write_text("right = True\n")
    for module in ("app", "request"):
        (package / "handler" / "__pycache__" / f"{module}.cpython-313.pyc").touch()

    bad = make(kind, package, tmp_path)

    files = {file.relative_to(bad / "handler").as_posix() for file in (bad / "handler").rglob("*") if file.is_file()}
    assert files == {"app.py", "right.py", "__pycache__/request.cpython-313.pyc"}
    assert (bad / "handler" / "right.py").read_text() == "right = True\n"
    ast.parse((bad / "handler" / "app.py").read_text())


def test_both_ways_to_fail_are_there() -> None:
    """Lambda counts what raises, and the function itself what it answers with 500."""
    assert {"failing on 2 % of callers", "answering 500 to 2 % of callers"} <= set(BAD_VERSIONS)
