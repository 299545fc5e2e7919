"""What decides a bill is read from the templates of the service and of the add-on."""

import shutil
from pathlib import Path

import pytest

from sparely_sagemaker.add_on import AddOn
from sparely_sagemaker.compare.priced import Priced
from sparely_toolkit.local.settings import ApiKind
from sparely_toolkit.project import Project
from support.sagemaker import added
from support.services import APIS, built

KINDS: dict[str, ApiKind] = {"http-iam": "http", "http-jwt": "http", "rest-key": "rest", "function-url": "url"}


def with_add_on(root: Path, api: str) -> AddOn:
    """A service of this choice as it is built, with the templates of the add-on."""
    for name in ("template.yaml", ".aws-sam/build/template.yaml", "samconfig.toml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(built(api).root / name, root / name)
    if (body := built(api).root / "openapi.yaml").is_file():
        shutil.copy(body, root)
    shutil.copytree(added().root, root / "sagemaker", ignore=shutil.ignore_patterns(".build"))
    return AddOn.of(Project(root))


@pytest.mark.slow
@pytest.mark.parametrize("api", APIS)
def test_the_gateway_is_the_services(tmp_path: Path, api: str) -> None:
    """Of every choice that the template has."""
    assert Priced.of(with_add_on(tmp_path, api)) == Priced(KINDS[api])


@pytest.mark.slow
def test_processor_and_instances_are_those_of_the_templates(tmp_path: Path) -> None:
    """Of the service's function, and of each of the two endpoints."""
    add_on = with_add_on(tmp_path, APIS[0])
    for file, text, instead in (
        (add_on.project.built_template, "x86_64", "arm64"),
        (add_on.root / "multi-model.yaml", "ml.m5.large", "ml.m6g.large"),
        (add_on.root / "direct.yaml", "ml.m5.large", "ml.c7g.xlarge"),
    ):
        file.write_text(file.read_text("utf-8").replace(text, instead), "utf-8")

    assert Priced.of(add_on) == Priced("http", "arm64", "ml.m6g.large", "ml.c7g.xlarge")
