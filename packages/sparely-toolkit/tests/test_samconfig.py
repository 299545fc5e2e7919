"""The stages of samconfig.toml, as SAM reads them."""

from pathlib import Path

import pytest
from samcli.cli.types import CfnParameterOverridesType

from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.samconfig import NoSamconfig, Stage, overrides, read_stage

SAMCONFIG = """
version = 0.1
[default.global.parameters]
stack_name = "service-dev"
[default.deploy.parameters]
parameter_overrides = ["MemorySize=1024", "ReleaseId=''"]
[prod.global.parameters]
stack_name = "another"
[prod.deploy.parameters]
stack_name = "service"
region = "eu-central-1"
parameter_overrides = "MemorySize=2048 LogLevel=ERROR"
[empty.deploy.parameters]
"""
FORMS = [
    "Memory=512 Note='two words'",
    ["Memory=1024", "ParameterKey=Reserved,ParameterValue=5"],
    ["Memory=1024", ["Reserved=5"], {"Memory": 512}],
    {"Memory": 512, "Gradual": True, "Origins": ["a", " b"]},
    ["ReleaseId=''"],
    "",
    [],
]


@pytest.fixture
def samconfig(tmp_path: Path) -> Path:
    file = tmp_path / "samconfig.toml"
    file.write_text(SAMCONFIG, encoding="utf-8")
    return file


def test_a_stage_is_read_as_sam_reads_it(samconfig: Path) -> None:
    """The stack's name may be global; without a region AWS' own configuration decides."""
    stage = read_stage(samconfig)

    assert stage == Stage("default", "service-dev", None, {"MemorySize": "1024", "ReleaseId": ""})


def test_another_stage_stands_alone(samconfig: Path) -> None:
    """Nothing of `default` is inherited, and what the command has goes over what is global, as in SAM."""
    stage = read_stage(samconfig, "prod")

    assert stage == Stage("prod", "service", "eu-central-1", {"MemorySize": "2048", "LogLevel": "ERROR"})


def test_an_unknown_stage_is_a_wrong_call(samconfig: Path) -> None:
    """The sentence names the file and the choices."""
    with pytest.raises(Problem) as caught:
        read_stage(samconfig, "live")

    assert str(caught.value) == 'samconfig.toml: no stage "live". Available: default, prod, empty.'
    assert caught.value.exit_code == ExitCode.WRONG_CALL


def test_a_stage_without_a_stack_says_so_when_one_is_needed(samconfig: Path) -> None:
    """It can be served here; deploying needs the name."""
    stage = read_stage(samconfig, "empty")

    with pytest.raises(Problem) as caught:
        _ = stage.stack

    assert stage.stack_name is None
    assert (
        str(caught.value)
        == "samconfig.toml: [empty.deploy.parameters] has no stack_name, nor has [empty.global.parameters]; set one."
    )


def test_without_the_file_sam_s_own_defaults_hold(tmp_path: Path) -> None:
    """The default stage need not be written down."""
    assert read_stage(tmp_path / "samconfig.toml") == Stage()


@pytest.mark.parametrize("value", FORMS)
def test_parameters_are_what_sam_makes_of_them(value: object) -> None:
    """SAM's own reader is asked for each of its forms."""
    assert overrides(value) == CfnParameterOverridesType().convert(value, None, None)


def test_parameters_may_lie_in_files(tmp_path: Path) -> None:
    """A file may include another; both lie relative to the one that names them."""
    (tmp_path / "values").mkdir()
    (tmp_path / "values" / "all.yaml").write_text("$include: memory.toml\nNothing:\nLevel: INFO\n", encoding="utf-8")
    (tmp_path / "values" / "memory.toml").write_text("Memory = 512\n", encoding="utf-8")

    values = overrides("file://values/all.yaml", tmp_path / "samconfig.toml")

    assert values == {"Memory": "512", "Nothing": "", "Level": "INFO"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "[default",
            "samconfig.toml cannot be read: Expected ']' at the end of a table declaration (at end of document); "
            "mend it, or take it back from git.",
        ),
        (
            "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = ['Memory 512']",
            'samconfig.toml cannot be read: parameter_overrides holds "Memory", not NAME=VALUE.',
        ),
        (
            "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = 'Note=\"open'",
            "samconfig.toml cannot be read: parameter_overrides holds 'Note=\"open': No closing quotation.",
        ),
        (
            "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = 5",
            "samconfig.toml cannot be read: parameter_overrides holds 5, not NAME=VALUE.",
        ),
        (
            "[default.deploy.parameters]\nstack_name = 's'",
            "samconfig.toml cannot be read: it has no `version = 0.1` before its first table, which SAM wants.",
        ),
        ("version = 0.1\ndefault = 'x'", "samconfig.toml cannot be read: default is not a table."),
        ("version = 0.1\n[default]\ndeploy = 1", "samconfig.toml cannot be read: default.deploy is not a table."),
        (
            "version = 0.1\n[default.deploy]\nparameters = []",
            "samconfig.toml cannot be read: default.deploy.parameters is not a table.",
        ),
        (
            "version = 0.1\n[default.global.parameters]\nregion = ['us-east-1']",
            "samconfig.toml cannot be read: region holds ['us-east-1'], not a text.",
        ),
        (
            "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = '=512'",
            'samconfig.toml cannot be read: parameter_overrides holds "=512", not NAME=VALUE.',
        ),
        *(
            (
                f"version = 0.1\n[default.deploy.parameters]\ntags = {tags}",
                f"samconfig.toml cannot be read: tags holds {shown}, not NAME=VALUE.",
            )
            for tags, shown in (("5", "5"), ("{a = 'b'}", "{'a': 'b'}"), ("'team'", "'team'"), ("['a=b', 'c']", "'c'"))
        ),
        (
            "\ufeffversion = 0.1",
            "samconfig.toml cannot be read: it begins with a byte order mark; save it as plain UTF-8.",
        ),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    """It names the file and what stands there."""
    file = tmp_path / "samconfig.toml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(Problem) as caught:
        read_stage(file)

    assert str(caught.value) == sentence


def test_a_missing_file_of_parameters_is_one_sentence(tmp_path: Path) -> None:
    """It names both files."""
    with pytest.raises(Problem) as caught:
        overrides("file://none.yaml", tmp_path / "samconfig.toml")

    assert str(caught.value).startswith("samconfig.toml cannot be read: none.yaml of parameter_overrides: ")


def test_what_sam_would_read_instead_is_not_passed_over(tmp_path: Path) -> None:
    """SAM takes samconfig.yaml where there is no samconfig.toml, and would deploy what nothing here has looked at."""
    (tmp_path / "samconfig.yaml").write_text("version: 0.1\n", encoding="utf-8")

    with pytest.raises(NoSamconfig) as caught:
        read_stage(tmp_path / "samconfig.toml")

    assert "samconfig.yaml is not read" in str(caught.value)


@pytest.mark.parametrize(
    ("table", "command"),
    [
        ("global", ".venv/bin/sam delete --config-env prod"),
        ("deploy", ".venv/bin/sam delete --config-env prod --stack-name s --region eu-west-1 --profile shop"),
    ],
)
def test_the_stack_is_deleted_where_it_was_deployed(samconfig: Path, table: str, command: str) -> None:
    """`sam delete` does not read the table of `sam deploy`."""
    settings = 'stack_name = "s"\nregion = "eu-west-1"\nprofile = "shop"\n'
    samconfig.write_text(f"version = 0.1\n[prod.{table}.parameters]\n{settings}", encoding="utf-8")

    stage = read_stage(samconfig, "prod")

    assert stage.delete == command
    assert stage.aws("cloudformation") == "aws --region eu-west-1 --profile shop cloudformation"


def test_what_is_not_utf_8_is_one_sentence(samconfig: Path) -> None:
    """As an editor of Windows may write it."""
    samconfig.write_bytes(SAMCONFIG.encode("utf-16"))

    with pytest.raises(Problem, match=r"^samconfig.toml cannot be read: it is not in UTF-8; save it as plain UTF-8\.$"):
        read_stage(samconfig)


def test_ends_of_lines_do_not_matter(samconfig: Path) -> None:
    """CRLF is read as SAM reads it."""
    samconfig.write_bytes(SAMCONFIG.replace("\n", "\r\n").encode())

    assert read_stage(samconfig, "prod").stack == "service"


@pytest.mark.parametrize("tags", ["'team=shop cost=1'", "['team=shop', 'note=two words']", "'note=\"two words\"'"])
def test_tags_in_either_form_are_sam_s(samconfig: Path, tags: str) -> None:
    """SAM hands them on."""
    samconfig.write_text(f"{SAMCONFIG}[tagged.deploy.parameters]\ntags = {tags}\n", "utf-8")

    assert read_stage(samconfig, "tagged").settings["tags"]
