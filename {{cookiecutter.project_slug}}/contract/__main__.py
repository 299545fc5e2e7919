"""`python -m contract` writes openapi.yaml anew; a test fails when that would change it."""

from pathlib import Path

from contract.document import document
from contract.models import read_models
from contract.writing import to_yaml

PROJECT = Path(__file__).resolve().parents[1]


def text() -> str:
    """openapi.yaml as it should be."""
    return to_yaml(document(read_models(PROJECT / "src" / "models")))


def main() -> None:
    (PROJECT / "openapi.yaml").write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
