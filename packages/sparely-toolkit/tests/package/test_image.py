"""A container image of the package: its layers, its recipe, and the template that deploys it."""

import os
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local import intrinsics
from sparely_toolkit.package import docker, image
from sparely_toolkit.package.image_layers import LAYERS, write_layers
from sparely_toolkit.package.target import PackageError, Target, read_target
from sparely_toolkit.project import Project
from support.command_line import Sparely
from support.services import OWN
from support.services import built as built_service

TEMPLATE = """
Metadata: {Sparely: {Package: image}}
Resources:
  PredictFunction:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: makefile, SamResourceId: PredictFunction}
    Properties:
      CodeUri: PredictFunction
      Handler: handler.app.lambda_handler
      Runtime: python3.13
      SnapStart: {ApplyOn: !Ref SnapStart}
      MemorySize: !Ref MemorySize
      AutoPublishAlias: live
  BatchFunction:
    Type: AWS::Serverless::Function
    Condition: HasBatch
    Properties: {CodeUri: BatchFunction, Handler: sparely.batch.aws.app.lambda_handler, Runtime: python3.13}
  CheckAlias:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: CheckAlias, Handler: sparely.check.app.after_traffic, Runtime: python3.13}
"""


@pytest.fixture
def service(tmp_path: Path) -> Project:
    """A service that is built, in a few files."""
    root = tmp_path / "My Service"
    for name in ("src/handler/app.py", "src/models/shop/churn/model.onnx", "src/rules.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    artifact = root / ".aws-sam" / "build" / "PredictFunction"
    shutil.copytree(root / "src", artifact)
    (artifact / "lib").mkdir()
    (artifact / "lib" / "libonnxruntime.so").write_bytes(bytes(1000))
    (artifact / "NOTICE").write_text("notice")
    (root / ".aws-sam" / "build" / "template.yaml").write_text(TEMPLATE, "utf-8")
    return Project(root)


def layers(service: Project, folder: Path) -> dict[str, bytes]:
    write_layers(service, service.built / "PredictFunction", folder)
    return {name: (folder / name).read_bytes() for name in LAYERS}


def names(file: Path) -> list[str]:
    with tarfile.open(file) as archive:
        return archive.getnames()


def test_libraries_models_and_code_have_a_layer_each(service: Project, tmp_path: Path) -> None:
    """What changes seldom comes first."""
    layers(service, tmp_path / "context")

    assert [names(tmp_path / "context" / name) for name in LAYERS] == [
        ["var/task", "var/task/lib", "var/task/lib/libonnxruntime.so"],
        ["var/task", *(f"var/task/models{rest}" for rest in ("", "/shop", "/shop/churn", "/shop/churn/model.onnx"))],
        ["var/task", "var/task/NOTICE", "var/task/handler", "var/task/handler/app.py", "var/task/rules.py"],
    ]


def test_layers_depend_on_nothing_but_the_files(service: Project, tmp_path: Path) -> None:
    """Neither dates nor modes nor owners of this machine are in them."""
    before = layers(service, tmp_path / "first")
    for file in service.built.rglob("*"):
        os.utime(file, (1, 1))
        file.chmod(0o777 if file.is_dir() else 0o600)

    assert layers(service, tmp_path / "second") == before


def test_a_changed_line_of_code_changes_its_layer_alone(service: Project, tmp_path: Path) -> None:
    """The models are not uploaded again."""
    before = layers(service, tmp_path / "first")
    (service.built / "PredictFunction" / "rules.py").write_text("changed")

    after = layers(service, tmp_path / "second")

    assert [name for name in LAYERS if before[name] != after[name]] == ["code.tar"]


def test_nothing_is_run_to_make_the_image() -> None:
    """So it is made for another processor here too."""
    assert image.dockerfile("base:3.13", "handler.app.lambda_handler").splitlines() == [
        "FROM base:3.13",
        "ADD libraries.tar /",
        "ADD models.tar /",
        "ADD code.tar /",
        'CMD ["handler.app.lambda_handler"]',
    ]


def of_images(service: Project, *unused: str) -> dict[str, Any]:
    written = intrinsics.read(image.write_template(service, "my-service:1", unused))
    return {name: each["Properties"] for name, each in written["Resources"].items()}


def test_functions_with_models_are_images_and_checks_stay_zips(service: Project) -> None:
    """What Lambda refuses of an image is gone, all else is as it was."""
    made = of_images(service)

    assert made["PredictFunction"] == {
        "MemorySize": {"Ref": "MemorySize"},
        "AutoPublishAlias": "live",
        "PackageType": "Image",
        "ImageUri": "my-service:1",
        "ImageConfig": {"Command": ["handler.app.lambda_handler"]},
    }
    assert made["BatchFunction"]["ImageConfig"] == {"Command": ["sparely.batch.aws.app.lambda_handler"]}
    assert made["CheckAlias"]["CodeUri"] == "CheckAlias"


def test_a_function_that_is_not_made_uploads_nothing(service: Project) -> None:
    """SAM would upload an image for it all the same."""
    made = of_images(service, "BatchFunction")

    assert made["BatchFunction"]["ImageUri"] == image.NEVER
    assert made["PredictFunction"]["ImageUri"] == "my-service:1"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "Runtime: python3.13\n      SnapStart",
            "Layers: [arn]\n      SnapStart",
            "PredictFunction has Layers, which Lambda does not add to a container image; take them out.",
        ),
        (
            "Resources:",
            "Globals: {Function: {Runtime: python3.13}}\nResources:",
            "template.yaml has Runtime under Globals.Function, which a container image does not take; write it at the "
            "functions that are zips.",
        ),
    ],
)
def test_what_an_image_does_not_take_is_refused(service: Project, old: str, new: str, said: str) -> None:
    """Before anything is uploaded."""
    service.built_template.write_text(TEMPLATE.replace(old, new, 1), "utf-8")

    with pytest.raises(PackageError) as caught:
        of_images(service)

    assert str(caught.value) == said


def test_without_docker_one_sentence_says_what_needs_it(service: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Running and testing go on."""
    monkeypatch.setenv("PATH", str(service.root))

    with pytest.raises(docker.NoEngine) as caught:
        image.ensure_image(service)

    assert str(caught.value) == (
        "No Docker engine answers, which makes and uploads the container image that Metadata.Sparely.Package asks for; "
        "start one, or install it. `make run` and `make test` need none."
    )


@pytest.fixture
def as_image(tmp_path: Path) -> Project:
    """The built sample service as its owner has it who asks for an image."""
    made = built_service()
    target = read_target(made.template)
    if not docker.has_engine():
        pytest.skip("no Docker engine answers")
    if docker.image_id(base_of(target)) is None:
        pytest.skip(f"{base_of(target)} is not on this machine, and tests fetch nothing")
    root = tmp_path / "prediction-service"
    shutil.copytree(made.root, root, ignore=shutil.ignore_patterns(*OWN))
    (root / ".venv").symlink_to((made.root / ".venv").resolve())
    template = root / "template.yaml"
    template.write_text(template.read_text("utf-8").replace("Package: zip", "Package: image"), "utf-8")
    return Project(root)


def base_of(target: Target) -> str:
    return image.BASE.format(python=target.python, architecture=target.architecture)


def tidy(reference: str) -> None:
    docker._run(["image", "rm", "--force", reference])


@pytest.mark.slow
def test_the_image_has_the_same_layers_wherever_it_is_built(as_image: Project, sparely: Sparely) -> None:
    """A registry that has them keeps them; nothing is built twice."""
    outcome = sparely("build", service=as_image.root)
    reference = outcome.out.rpartition("Container image: ")[2].strip().rstrip(".")
    once = docker._inspected(reference, "{{json .RootFS.Layers}}")
    again = sparely("build", service=as_image.root).out
    docker._run(["build", "--no-cache", "--tag", "tried-again", str(image.context(as_image))])
    twice = docker._inspected("tried-again", "{{json .RootFS.Layers}}")
    tidy("tried-again")
    tidy(reference)

    assert outcome.out.startswith("Built: ")
    assert " MB for a container image, " in outcome.out
    assert again == f"Nothing that ships has changed.\nContainer image: {reference}.\n"
    assert once == twice
