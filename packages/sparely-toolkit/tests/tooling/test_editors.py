"""What editors and code hosts read: it fits what they take, and it points at what is here."""

import json
import re
import subprocess
import sys

import yaml

from support.services import baked

PROJECT = baked().root
CONTAINER = PROJECT / ".devcontainer"


def test_the_container_is_set_up_by_a_command_that_is_here() -> None:
    """The environment that `make` makes, and the port that `make run` serves on."""
    described = json.loads((CONTAINER / "devcontainer.json").read_text("utf-8"))

    assert described["name"] == "Prediction Service"
    (shell, script) = described["postCreateCommand"].split()
    assert (shell, (PROJECT / script).is_file()) == ("bash", True)
    assert (CONTAINER / described["build"]["dockerfile"]).is_file()
    assert f"PORT ?= {described['forwardPorts'][0]}\n" in (PROJECT / "Makefile").read_text("utf-8")


def test_the_containers_image_is_pinned() -> None:
    """By its full version, and not by a tag that moves."""
    lines = (CONTAINER / "Dockerfile").read_text("utf-8").splitlines()

    (image,) = (line for line in lines if line.startswith("FROM"))
    assert re.fullmatch(r"FROM mcr\.microsoft\.com/devcontainers/python:\d+\.\d+\.\d+-3\.\d+-\w+", image)


def test_dependabot_fits_its_schema() -> None:
    """GitHub's own JSON schema, as a package carries it."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.dependabot"]

    done = subprocess.run(
        [*command, str(PROJECT / ".github" / "dependabot.yml")], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_dependabot_looks_where_versions_are_pinned() -> None:
    """Requirements, actions and the container's image; the engine and our packages come by `make upgrade`."""
    updates = yaml.safe_load((PROJECT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]

    assert {(each["package-ecosystem"], each["directory"]) for each in updates} == {
        ("uv", "/requirements"),
        ("github-actions", "/"),
        ("docker", "/.devcontainer"),
    }
    assert updates[0]["ignore"] == [{"dependency-name": "onnxruntime"}, {"dependency-name": "sparely*"}]


def test_editors_indent_recipes_with_tabs() -> None:
    """make takes nothing else."""
    sections = (PROJECT / ".editorconfig").read_text("utf-8").split("\n\n")

    assert "[Makefile]\nindent_style = tab\n" in sections
    assert sections[0] == "root = true"
