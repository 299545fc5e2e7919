"""`python -m sparely_toolkit.contract` writes openapi.yaml anew, and the REST API's body in template.yaml; tests fail until then."""

from pathlib import Path

from sparely_toolkit.contract.document import document
from sparely_toolkit.contract.gateway import rest_body
from sparely_toolkit.contract.models import read_models
from sparely_toolkit.contract.writing import to_yaml, with_block

PROJECT = Path(__file__).resolve().parents[1]


def texts() -> dict[Path, str]:
    """The files as they should be."""
    models = read_models(PROJECT / "src" / "models")
    template = PROJECT / "template.yaml"
    return {
        PROJECT / "openapi.yaml": to_yaml(document(models)),
        template: with_block(template.read_text(encoding="utf-8"), rest_body(models)),
    }


def main() -> None:
    for file, text in texts().items():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
