"""The page on the first deployment: its commands exist, its files are there, and its clients are those that are tested."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from click import Command
from samcli.commands.delete.command import cli as sam_delete

from sparely_toolkit.deployment.doctor.checks import findings
from sparely_toolkit.deployment.doctor.finding import PROBLEM
from sparely_toolkit.local import intrinsics
from sparely_toolkit.project import Project
from support.services import APIS, baked
from tests.deployment.conftest import DOCS

SERVICE = baked()
PAGE = (DOCS / "first-deployment.md").read_text("utf-8")
BLOCK = re.compile(r"^ *```(\w+)(?: ([\w-]+))?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
# What the AWS command line has besides the services' operations.
CUSTOM = {"configure sso", "configure export-credentials", "sso login", "cloudformation deploy"}


def commands(program: str) -> Iterator[list[str]]:
    """Every command of a program on the page, in blocks and in sentences, as words."""
    shell = "\n".join(code for language, _, code in BLOCK.findall(PAGE) if language == "sh")
    inline = "\n".join(re.findall(r"`([^`\n]+)`", BLOCK.sub("", PAGE)))
    for line in f"{shell}\n{inline}".replace("\\\n", " ").splitlines():
        for found in re.finditer(rf"(?:^|\$\(|\s){re.escape(program)} ([^)]*)", line):
            if not line[: found.start()].strip() or "$(" in line[: found.end()]:
                yield shlex.split(found.group(1))


def test_every_make_target_exists() -> None:
    """With the variables that it takes."""
    makefile = (SERVICE.root / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    used = list(commands("make"))

    assert {"doctor", "deploy", "smoke", "rollback"} <= {target for target, *_ in used} <= targets
    for target, *variables in used:
        rule = makefile.partition(f"\n{target}:")[2].partition("\n\n")[0]
        for variable in variables:
            assert f"$({variable.partition('=')[0]})" in rule, f"make {target} {variable}"


def test_every_file_exists() -> None:
    """Links from the page's folder, names from the service's."""
    links = [link.partition("#")[0] for link in re.findall(r"\]\((?!https?:)([^)]+)\)", PAGE)]
    names = re.findall(r"(?:\.github|deployment|docs|loadtest)/[\w./-]+\w|\b(?:samconfig\.toml|template\.yaml)\b", PAGE)

    assert links
    assert "deployment/role.yaml" in names
    assert [each for each in links if not (DOCS / each).is_file()] == []
    assert [each for each in names if not (SERVICE.root / each).is_file()] == []


def test_every_anchor_is_a_heading() -> None:
    """GitHub's rule for names without signs: lower case, a dash for a blank."""
    for file, anchor in re.findall(r"\]\(([\w.-]+)#([\w-]+)\)", PAGE):
        headings = re.findall(r"^#+ (.+)$", (DOCS / file).read_text("utf-8"), re.MULTILINE)
        assert anchor in {each.lower().replace(" ", "-") for each in headings}


def test_every_command_of_aws_is_an_operation_with_these_options() -> None:
    """As the service models of botocore have it."""
    session: Any = botocore.session.get_session()
    used = [words for words in commands("aws") if " ".join(words[:2]) not in CUSTOM and len(words) > 1]

    assert used
    for service, operation, *arguments in used:
        model = session.get_service_model(service)
        (found,) = [each for each in model.operation_names if xform_name(each, "-") == operation]
        known = {f"--{xform_name(each, '-')}" for each in model.operation_model(found).input_shape.members}
        options = {each for each in arguments if each.startswith("--")} - {"--query", "--output"}
        assert options <= known, (operation, options - known)


def test_sam_delete_has_its_options() -> None:
    """The environments are those of samconfig.toml."""
    known = sam_delete.params if isinstance(sam_delete, Command) else []
    environments = re.findall(r"^\[(\w+)\.global", SERVICE.samconfig.read_text("utf-8"), re.MULTILINE)

    used = list(commands(".venv/bin/sam"))

    assert used
    for command, option, environment in used:
        assert command == "delete"
        assert option in {name for each in known for name in each.opts}
        assert environment in environments


def test_the_role_is_made_with_parameters_that_it_has() -> None:
    """And every one without a default is given."""
    parameters = intrinsics.load((SERVICE.root / "deployment" / "role.yaml").read_text("utf-8"))["Parameters"]
    (made,) = [words for words in commands("aws") if words[:2] == ["cloudformation", "deploy"]]

    given = dict(word.split("=") for word in made if "=" in word)

    assert given.keys() <= parameters.keys()
    assert {name for name, each in parameters.items() if "Default" not in each} <= given.keys()
    for name, value in given.items():
        assert value in parameters[name].get("AllowedValues", [value])


def test_the_clients_are_those_of_the_page_on_the_api() -> None:
    """Which are run against the service with all its checks on."""
    api = (DOCS / "api.md").read_text("utf-8")
    tested = {tag: code for language, tag, code in BLOCK.findall(api) if language == "bash" and tag}

    shown = {tag: code for language, tag, code in BLOCK.findall(PAGE) if language == "bash"}

    assert shown == tested
    assert shown.keys() == set(APIS)


def test_the_doctor_looks_at_what_the_page_says(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run without credentials, as on a machine that has none yet: no other problem."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(project.root / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    found = list(findings(project))

    assert {each.check for each in found if each.state == PROBLEM} <= {"credentials", "region"}
    for check in ("Python", "uv", "SAM CLI", "git", "Docker"):
        assert check in {each.check for each in found}
        assert check in PAGE
