"""The package as a whole: what its README says holds, and its modules are built on one another in one direction."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sparely_export
from sparely_export.options import parse

SOURCE = Path(sparely_export.__file__).parent
README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
MODULES = {
    ".".join(("sparely_export", *path.relative_to(SOURCE).with_suffix("").parts)): path
    for path in SOURCE.rglob("*.py")
    if path.name != "__init__.py"
}


def imports(path: Path) -> set[str]:
    """Return the package's modules that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sparely_export"):
            found |= {str(node.module), *(f"{node.module}.{name.name}" for name in node.names)}
    return found & set(MODULES)


def test_no_module_imports_itself_by_others() -> None:
    """Each can be read, and understood, after those that it imports."""
    waiting = {name: imports(path) for name, path in MODULES.items()}

    while ready := [name for name, others in waiting.items() if not others & set(waiting)]:
        for name in ready:
            del waiting[name]

    assert waiting == {}


@pytest.mark.parametrize("path", [*MODULES.values(), *SOURCE.rglob("__init__.py")], ids=lambda path: path.stem)
def test_python_3_11_reads_it(path: Path) -> None:
    """Models are fitted where others choose the version."""
    ast.parse(path.read_text("utf-8"), feature_version=(3, 11))


def test_readme_knows_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    """An option that is not documented is not there for anybody."""
    with pytest.raises(SystemExit):
        parse(["--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}

    table = "".join(line for line in README.splitlines() if line.startswith("| `--"))
    assert set(re.findall(r"--[a-z-]+", table)) == options


@pytest.mark.slow
def test_readmes_script_writes_a_model(tmp_path: Path) -> None:
    """As it stands, in a process of its own, without a warning."""
    blocks = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    (code,) = [block for block in blocks if "write_model(" in block]

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout.startswith("garden/species ")
    assert len(list((tmp_path / "src" / "models" / "garden" / "species").iterdir())) == 3
