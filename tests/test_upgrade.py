"""A service takes in newer packages that differ: a route, a name in the template, a format of the models' files."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from cookiecutter.main import cookiecutter

from tests.conftest import REPOSITORY, TEMPLATE, commit, run, user_environment
from tests.sagemaker.test_add_on import add
from tests.support.newer_wheels import VERSION, Changes, newer

CHANGES: dict[str, Changes] = {
    "sparely": {
        "sparely/manifest.py": [("\nFORMAT = 1\n", "\nFORMAT = 2\n")],
        "sparely/handler/routes.py": [
            (
                '    "GET /v2": (of_no_model, _server_metadata),\n',
                '    "GET /v2": (of_no_model, _server_metadata),\n    "GET /about": (of_no_model, _server_metadata),\n',
            )
        ],
    },
    "sparely-toolkit": {
        "sparely_toolkit/upkeep/formats.py": [
            (
                "STEPS: Mapping[int, Step] = {}",
                'STEPS: Mapping[int, Step] = {1: lambda manifest, golden: ({**manifest, "reviewed": False}, golden)}',
            )
        ],
        "sparely_toolkit/names.py": [
            ('OUTPUT_CHECK = "PostTrafficCheck"', 'OUTPUT_CHECK = "AfterTrafficCheck"'),
            ('"PostTrafficCheck: {Value: !Ref CheckAlias}"', '"AfterTrafficCheck: {Value: !Ref CheckAlias}"'),
        ],
        "sparely_toolkit/contract/operations.py": [
            (
                "def _service() -> Iterator[Operation]:\n",
                "def _service() -> Iterator[Operation]:\n"
                '    yield Operation("GET /about", "/about", "about", SERVICE, "What this is", ref("ServerMetadata"))\n',
            )
        ],
    },
}
MISSING = [
    "template.yaml has no AfterTrafficCheck under Outputs; add `AfterTrafficCheck: {Value: !Ref CheckAlias}`.",
]
PLACE = "\nOutputs:\n"
"""What the line belongs below."""


@dataclass(frozen=True)
class Upgraded:
    """A service after `make upgrade`, and what that has said."""

    root: Path
    done: subprocess.CompletedProcess[str]

    @property
    def said(self) -> str:
        return self.done.stdout + self.done.stderr


def make(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of a service's targets, as its owner would."""
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=root, env=user_environment(), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    """
    The default service with the SageMaker add-on, in an environment of its own, with a second version of the packages.

    That lies as in a clone of this repository: the add-on's wheel apart from the service's.
    """
    folder = tmp_path_factory.mktemp("upgrade")
    root = Path(cookiecutter(str(REPOSITORY), no_input=True, output_dir=str(folder)))
    add(root)
    run("git", "init", "--quiet", "--initial-branch=main", cwd=root)
    commit(root, "A new service")
    clone = folder / "newer"
    for name in ("sparely", "sparely-export", "sparely-toolkit", "sparely-sagemaker"):
        (wheel,) = root.glob(f"vendor/{name.replace('-', '_')}-*.whl")
        place = clone / "addons" / "sagemaker" if name == "sparely-sagemaker" else clone
        newer(wheel, place / TEMPLATE.name / "vendor", CHANGES.get(name, {}))
    return Upgraded(root, make(root, "upgrade", f"WHEELS={clone}"))


def test_it_says_which_line_the_template_lacks(upgraded: Upgraded) -> None:
    """A renamed output; and it ends as something that is not done."""
    assert upgraded.done.returncode != 0
    assert [sentence for sentence in MISSING if sentence not in upgraded.said] == []
    assert upgraded.done.stderr.splitlines()[-2] == (
        "The packages are upgraded, but template.yaml lacks what they want and the tests fail: "
        "mend that, or take the upgrade back by git."
    )


def test_the_packages_are_the_newer_ones(upgraded: Upgraded) -> None:
    """In vendor/, in every lock, and in the environment."""
    program = upgraded.root / ".venv" / "bin" / "sparely"

    assert {wheel.name.split("-")[1] for wheel in upgraded.root.glob("vendor/*.whl")} == {VERSION}
    assert len([*upgraded.root.glob("vendor/*.whl")]) == 4
    for lock in [*upgraded.root.glob("requirements/*.txt"), upgraded.root / "sagemaker" / "requirements.txt"]:
        assert set(re.findall(r"^sparely[a-z-]*==(\S+)", lock.read_text("utf-8"), re.MULTILINE)) == {VERSION}
    assert run(str(program), "--version", cwd=upgraded.root) == f"sparely {VERSION}\n"


def test_models_are_carried_over_without_their_estimators(upgraded: Upgraded) -> None:
    """Manifest and golden rows have the newer format, and the service says which."""
    manifests = [json.loads(file.read_text("utf-8")) for file in upgraded.root.glob("src/models/*/*/manifest.json")]

    assert [(each["format"], each["reviewed"]) for each in manifests] == [(2, False)] * 4
    assert upgraded.said.count("manifest and golden rows carried to the newer format") == 4


def test_what_commands_write_is_written_by_the_newer_version(upgraded: Upgraded) -> None:
    """Contract and gateway have the route that the older version did not know."""
    contract = yaml.load((upgraded.root / "openapi.yaml").read_text("utf-8"), yaml.CSafeLoader)

    assert "/about" in contract["paths"]
    assert "          /about:\n" in (upgraded.root / "template.yaml").read_text("utf-8")


def test_with_the_line_added_all_is_well(upgraded: Upgraded) -> None:
    """The doctor says the same before, nothing after; the tests are green, and the new route answers."""
    before = make(upgraded.root, "doctor").stdout
    template = upgraded.root / "template.yaml"
    (output,) = (re.findall("`(.+)`", sentence)[0] for sentence in MISSING)
    text = template.read_text("utf-8")
    template.write_text(text.replace(PLACE, f"{PLACE}  {output}\n"), "utf-8")
    test = upgraded.root / "tests" / "test_about.py"
    test.write_text('def test_about(ask):\n    assert ask("GET", "/about").status == 200\n', "utf-8")

    after, tests = make(upgraded.root, "doctor").stdout, make(upgraded.root, "test")

    assert [sentence for sentence in MISSING if sentence not in before] == []
    assert [sentence for sentence in MISSING if sentence in after] == []
    assert tests.returncode == 0, tests.stdout[-5_000:]
    assert " passed" in tests.stdout
