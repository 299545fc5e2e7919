"""What functions of an owner's code import has to be in the package."""

from pathlib import Path

import pytest

from sparely_toolkit.package.late_imports import DoesNotShip, check_imports

APP, STEPS = "handler/app.py", "models/toys/sum/steps.py"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A service's src/ without code, and beside it a package that has `dateful` and a module for another machine."""
    (tmp_path / "artifact" / "dateful").mkdir(parents=True)
    (tmp_path / "artifact" / "quick.cpython-312-riscv64-linux-gnu.so").touch()
    return tmp_path / "src"


def look(source: Path, files: dict[str, str]) -> None:
    """Check these files of src/ with what is in the package beside them."""
    for name, code in files.items():
        for folder in (source, source.parent / "artifact"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(code, "utf-8")
    check_imports(source, source.parent / "artifact")


@pytest.mark.parametrize(
    "line",
    [
        "import numpy",
        "import numpy.linalg as l",
        "from numpy import array",
        "from numpy.linalg import norm",
        "if row: import numpy",
        "with open('x') as file: import numpy",
        "try: pass\n    except ImportError: import numpy",
        "try: import numpy\n    except ValueError: pass",
    ],
)
def test_what_a_function_imports_and_does_not_ship_is_told(source: Path, line: str) -> None:
    """With file and line; a start of the package does not show it."""
    with pytest.raises(DoesNotShip) as caught:
        look(source, {STEPS: f"def prepare(row):\n    {line}\n"})

    place = 2 + ("except ImportError" in line)
    assert str(caught.value) == (
        f'src/{STEPS}, line {place}, imports "numpy", which does not ship; '
        "add it to requirements/lambda.in and run make lock, or put the module into src/."
    )


@pytest.mark.parametrize(
    "line",
    [
        "import json.decoder",
        "import dateful.parser",
        "from quick import go",
        "import boto3, dateutil",
        "try: import numpy\n    except (ImportError, OSError): pass",
        "try: import numpy\n    except: pass",
    ],
)
def test_what_ships_or_is_not_needed_passes(source: Path, line: str) -> None:
    """Python's own, the package's, the runtime's, and what the code goes on without."""
    look(source, {APP: f"def lookup():\n    {line}\n"})


@pytest.mark.parametrize("test", ["TYPE_CHECKING", "typing.TYPE_CHECKING"])
def test_what_type_checkers_alone_import_need_not_ship(source: Path, test: str) -> None:
    """It is never run."""
    look(source, {APP: f"import typing\nfrom typing import TYPE_CHECKING\nif {test}:\n    import numpy\n"})


@pytest.mark.parametrize(
    ("line", "modules"),
    [
        ("import pricing", {"pricing.py": "def f():\n    import numpy\n"}),
        ("from pricing import rules", {"pricing/rules.py": "import numpy\n"}),
        ("import pricing", {"pricing/__init__.py": "from . import rules\n", "pricing/rules.py": "import numpy\n"}),
        ("import pricing.a", {"pricing/a.py": "from .rules import x\n", "pricing/rules.py": "import numpy\n"}),
    ],
)
def test_the_owners_modules_are_followed(source: Path, line: str, modules: dict[str, str]) -> None:
    """Also those that only a function imports, and relative ones."""
    with pytest.raises(DoesNotShip, match=r'^src/pricing.*, line \d, imports "numpy"'):
        look(source, {APP: f"def f():\n    {line}\n", **modules})


def test_what_nothing_imports_is_left_alone(source: Path) -> None:
    """A script that lies in src/ is run by nobody there."""
    look(source, {APP: "", "fitting.py": "import numpy\n"})
