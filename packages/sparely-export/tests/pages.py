"""What users read beside the package: the toolkit's page on adding a model, and the command that installs a package."""

import re
import sys
from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[2]
ADD_A_MODEL = (PACKAGES / "sparely-toolkit/src/sparely_toolkit/docs/add-a-model.md").read_text("utf-8")
INSTALL = re.escape(f"{sys.executable} -m pip install") + "|.*uv pip install --python " + re.escape(sys.executable)
"""Either is right, by what the environment has; test_refusals tells which when."""


def block(name: str) -> str:
    """Return the page's block of code behind the comment of that name."""
    found = re.search(rf"<!-- {re.escape(name)} -->\n```\w*\n(.*?)```", ADD_A_MODEL, re.DOTALL)
    assert found is not None
    return found[1]
