"""Locust replaces parts of the standard library as it loads, so it stays in processes of its own."""

import ast
from pathlib import Path

import pytest

import sparely_toolkit

PACKAGE = Path(sparely_toolkit.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "loadtest" / "users.py")


@pytest.mark.parametrize("module", MODULES, ids=[str(path.relative_to(PACKAGE)) for path in MODULES])
def test_only_the_users_import_locust(module: Path) -> None:
    """No other module imports Locust, gevent or the users."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    imports = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imports += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    assert not [
        name
        for name in imports
        if name.split(".")[0] in ("locust", "gevent") or name == "sparely_toolkit.loadtest.users"
    ]
