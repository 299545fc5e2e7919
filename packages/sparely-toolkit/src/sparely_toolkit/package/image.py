"""The container image of a service, from the package that `sam build` has made, and the template that deploys it."""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from sparely.package_size import IMAGE_LIMIT_BYTES
from sparely_toolkit import names
from sparely_toolkit.local import intrinsics
from sparely_toolkit.package import docker
from sparely_toolkit.package.image_layers import LAYERS, write_layers
from sparely_toolkit.package.package_type import FUNCTIONS
from sparely_toolkit.package.target import PackageError, TooLarge, read_target
from sparely_toolkit.project import Project

BASE = "public.ecr.aws/lambda/python:{python}-{architecture}"
"""AWS' base image: the runtime of the same name, its client and its emulator."""
CONTEXT, TEMPLATE, MADE_OF = "image", "image.yaml", "made-of"
OF_ZIPS = ("CodeUri", "Handler", "Runtime", "SnapStart")
"""What Lambda refuses of an image, or has no use for."""
NEVER = "000000000000.dkr.ecr.us-east-1.amazonaws.com/none:none"
"""For a function whose condition does not hold: SAM uploads nothing for what lies in a registry already."""
TAG_DIGITS = 32


def ensure_image(project: Project) -> str:
    """
    Make the image of the built package, unless it is there, and the template beside it that deploys it.

    Returns:
        Its name, whose tag is the digest of its layers and of the base image.

    Raises:
        NoEngine: no Docker engine answers.
        TooLarge: it would be more than Lambda takes.
        PackageError: it cannot be made.
    """
    docker.require_engine()
    target = read_target(project.template)
    base = BASE.format(python=target.python, architecture=target.architecture)
    layers, handler = _context(project), _handler(project)
    if docker.image_id(base) is None:
        docker.pull(base, target)
    _check_size(layers_bytes(project) + docker.image_bytes(base))
    text = dockerfile(base, handler)
    (context(project) / "Dockerfile").write_text(text, "utf-8")
    reference = f"{_slug(project.name)}:{_tag(layers, text, docker.image_id(base) or '')}"
    if docker.image_id(reference) is None:
        docker.build(context(project), reference, target)
    write_template(project, reference)
    return reference


def image_template(project: Project) -> Path:
    """The template that deploys the image, beside the one of zips."""
    return project.built / TEMPLATE


def context(project: Project) -> Path:
    """The folder that Docker gets."""
    return project.built / CONTEXT


def layers_bytes(project: Project) -> int:
    """What the service's own layers weigh, uncompressed."""
    return sum((context(project) / name).stat().st_size for name in LAYERS)


def dockerfile(base: str, handler: str) -> str:
    """The recipe: nothing is run, so that an image for another processor is made here too."""
    return "\n".join([f"FROM {base}", *(f"ADD {name} /" for name in LAYERS), f'CMD ["{handler}"]', ""])


def write_template(project: Project, reference: str, unused: Collection[str] = ()) -> Path:
    """
    Write the built template with an image in the place of zips.

    Args:
        unused: functions whose condition does not hold, for which nothing is uploaded.

    Raises:
        PackageError: a function has what an image does not take.
    """
    template = intrinsics.read(project.built_template)
    _check_globals(template)
    for name in FUNCTIONS:
        if name in template["Resources"]:
            image = NEVER if name in unused else reference
            template["Resources"][name] = _with_image(name, template["Resources"][name], image)
    image_template(project).write_text(yaml.safe_dump(template, sort_keys=False, allow_unicode=True), "utf-8")
    return image_template(project)


def _with_image(name: str, function: Mapping[str, Any], reference: str) -> dict[str, Any]:
    properties = function["Properties"]
    if "Layers" in properties:
        raise PackageError(f"{name} has Layers, which Lambda does not add to a container image; take them out.")
    kept = {key: value for key, value in properties.items() if key not in OF_ZIPS}
    metadata = {key: value for key, value in function.get("Metadata", {}).items() if key != "BuildMethod"}
    image = {"PackageType": "Image", "ImageUri": reference, "ImageConfig": {"Command": [properties["Handler"]]}}
    # SAM asks where an image was made of, and makes it no more.
    made_of = {"DockerContext": CONTEXT, "Dockerfile": "Dockerfile"}
    return {**function, "Metadata": {**metadata, **made_of}, "Properties": {**kept, **image}}


def _check_globals(template: Mapping[str, Any]) -> None:
    shared = {*template.get("Globals", {}).get("Function", {})} & {*OF_ZIPS, "Layers"}
    if shared:
        raise PackageError(
            f"template.yaml has {', '.join(sorted(shared))} under Globals.Function, which a container image does not "
            "take; write it at the functions that are zips."
        )


def _context(project: Project) -> str:
    """The layers' digest; they are written where the package is newer."""
    mark = context(project) / MADE_OF  # gone with the folder, which every `sam build` empties
    if not mark.is_file():
        mark_text = write_layers(project, project.built / names.FUNCTION, context(project))
        (context(project) / ".dockerignore").write_text(f"{MADE_OF}\n", "utf-8")
        mark.write_text(mark_text, "utf-8")
    return mark.read_text("utf-8")


def _handler(project: Project) -> str:
    return str(intrinsics.read(project.built_template)["Resources"][names.FUNCTION]["Properties"]["Handler"])


def _check_size(size: int) -> None:
    if size > IMAGE_LIMIT_BYTES:
        raise TooLarge(f"The container image would have {size / 1e6:,.0f} MB, and Lambda takes 10,737 MB of one.")


def _tag(layers: str, text: str, base: str) -> str:
    return hashlib.sha256(f"{layers}\n{text}\n{base}".encode()).hexdigest()[:TAG_DIGITS]


def _slug(name: str) -> str:
    """A name that Docker takes."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower()).strip("-")
    return kept or "service"
