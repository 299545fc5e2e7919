"""What an owner puts around the models, which the architectures with SageMaker do not run."""

from pathlib import Path

import pytest

from sparely_sagemaker.build import OwnCode, check_own_code
from sparely_toolkit.project import Project

APP = "from sparely import Service\n\nservice = Service(__file__)\nlambda_handler = service\n"


def project(root: Path, code: str) -> Project:
    file = root / "src" / "handler" / "app.py"
    file.parent.mkdir(parents=True)
    file.write_text(code, "utf-8")
    return Project(root)


def test_a_service_without_own_code_is_served(tmp_path: Path) -> None:
    """As the template has it."""
    check_own_code(project(tmp_path, APP))


@pytest.mark.parametrize("decorator", ["service.before", "service.after", 'service.route("GET /segments")'])
def test_own_code_is_refused(tmp_path: Path, decorator: str) -> None:
    """Before anything is built, with the file."""
    with pytest.raises(OwnCode) as caught:
        check_own_code(project(tmp_path, f"{APP}\n\n@{decorator}\ndef own(*_): ...\n"))

    assert str(caught.value) == (
        f"src/handler/app.py has @{decorator.partition('(')[0]}, which the architectures with SageMaker do not run: "
        "callers would get other answers there; serve this service from its Lambda function, or take that out."
    )


def test_steps_of_a_model_are_refused(tmp_path: Path) -> None:
    """No archive has them."""
    service = project(tmp_path, APP)
    steps = service.models / "shop" / "churn" / "steps.py"
    steps.parent.mkdir(parents=True)
    steps.write_text("def present(prediction, row):\n    return prediction\n", "utf-8")

    with pytest.raises(OwnCode, match=r"^src/models/shop/churn/steps\.py has steps of a model, which"):
        check_own_code(service)
