"""What of Powertools ships: what the handler imports, and what the owner's code does."""

from pathlib import Path

import pytest

from sparely_toolkit.package.prune import prune

PARAMETERS = "aws_lambda_powertools/utilities/parameters"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Some of Powertools as it is installed."""
    files = {
        f"{PARAMETERS}/__init__.py": "",
        f"{PARAMETERS}/ssm.py": "from aws_lambda_powertools.utilities.batch import base\n",
        "aws_lambda_powertools/utilities/batch/base.py": "",
        "aws_lambda_powertools/utilities/parser/__init__.py": "",
        "aws_lambda_powertools/utilities/jmespath_utils/__init__.py": "",
        "aws_lambda_powertools/event_handler/__init__.py": "",
        "aws_lambda_powertools/metrics/provider/datadog/__init__.py": "",
        "aws_lambda_powertools/metrics/provider/cloudwatch_emf/__init__.py": "",
    }
    for name, text in files.items():
        (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / name).write_text(text, "utf-8")
    return tmp_path / "tree"


def packages(tree: Path) -> set[str]:
    """The folders of utilities/ that are left."""
    return {each.name for each in (tree / "aws_lambda_powertools" / "utilities").iterdir()}


def owners(folder: Path, code: str) -> Path:
    """Source of an owner's."""
    folder.mkdir()
    (folder / "rules.py").write_text(code, "utf-8")
    return folder


def test_what_nothing_imports_does_not_ship(tree: Path, tmp_path: Path) -> None:
    """Neither Powertools' other utilities nor other providers of metrics."""
    prune(tree, owners(tmp_path / "src", "import os\n"))

    assert packages(tree) == {"jmespath_utils"}
    assert not (tree / "aws_lambda_powertools" / "event_handler").exists()
    assert {each.name for each in (tree / "aws_lambda_powertools/metrics/provider").iterdir()} == {"cloudwatch_emf"}


@pytest.mark.parametrize(
    "code",
    [
        "def key():\n    from aws_lambda_powertools.utilities import parameters\n",
        "from aws_lambda_powertools.utilities.parameters import SSMProvider\n",
        "import aws_lambda_powertools.utilities.parameters.ssm\n",
    ],
)
def test_what_the_owner_imports_ships_with_what_that_imports(tree: Path, tmp_path: Path, code: str) -> None:
    """At the top or in a function, in each way of writing it."""
    prune(tree, owners(tmp_path / "src", code))

    assert packages(tree) == {"jmespath_utils", "parameters", "batch"}


def test_source_that_cannot_be_read_keeps_nothing(tree: Path, tmp_path: Path) -> None:
    """Its own mistake is told when the package is started."""
    prune(tree, owners(tmp_path / "src", "from aws_lambda_powertools.utilities import (\n"))

    assert packages(tree) == {"jmespath_utils"}
