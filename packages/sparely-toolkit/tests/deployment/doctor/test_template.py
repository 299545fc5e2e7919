"""What the doctor says of a template that lacks a name, or was written for another toolkit."""

from importlib.metadata import version

import pytest

from sparely_toolkit import names
from sparely_toolkit.contract.writing import BEGIN, END, Unmarked
from sparely_toolkit.deployment.doctor import template as doctor
from sparely_toolkit.deployment.doctor.finding import PROBLEM, Finding, ok, problem, warning
from sparely_toolkit.local import intrinsics
from sparely_toolkit.project import Project
from tests.infrastructure.conftest import Template
from tests.infrastructure.conftest import template as template

NAMES = [(section, name) for section, lines in names.LINES.items() for name in lines]


def test_a_template_as_it_is_baked_lacks_nothing(template: Template) -> None:
    """And says for which toolkit it was written."""
    document = template.document

    assert list(doctor.missing_names(document)) == []
    assert doctor.written_for(document, version("sparely-toolkit")).state == "ok"


def test_an_output_that_was_renamed_is_a_problem_with_the_line_to_add(project: Project) -> None:
    """Whole, so that it can be copied."""
    text = project.template.read_text("utf-8")
    project.template.write_text(text.replace("  PostTrafficCheck:\n", "  AfterTraffic:\n"), "utf-8")

    found = [each for each in doctor.template_findings(project) if each.state == PROBLEM]

    assert found == [
        problem(
            "template",
            "template.yaml has no PostTrafficCheck under Outputs; add `PostTrafficCheck: {Value: !Ref CheckAlias}`.",
        )
    ]


@pytest.mark.parametrize(("section", "name"), NAMES, ids=[name for _, name in NAMES])
def test_every_name_is_looked_for(template: Template, section: str, name: str) -> None:
    """Without it a command of the toolkit fails."""
    document = template.document
    del document[section][name]

    (found,) = doctor.missing_names(document)

    assert f"no {name} under {section}" in found.text


@pytest.mark.parametrize(("section", "name"), NAMES, ids=[name for _, name in NAMES])
def test_every_line_to_add_defines_its_name(section: str, name: str) -> None:
    """It is YAML as it stands."""
    added = intrinsics.load(f"{section}:\n  {names.LINES[section][name]}\n")

    assert list(added[section]) == [name]


@pytest.mark.parametrize("route", ["GET /about", "POST /segments/{area}/{name}"])
def test_a_route_that_is_not_handed_on_is_a_problem(template: Template, route: str) -> None:
    """The contract writes every route of the gateway, whichever API it is; a function URL has none."""
    if template.api == "function-url":
        assert list(doctor.missing_routes(template.document, [route])) == []
        return
    (found,) = doctor.missing_routes(template.document, [route])

    assert found == problem("template", f"template.yaml does not route {route}; `make contract` writes it.")


@pytest.mark.parametrize("mark", [BEGIN, END])
def test_where_a_mark_is_missing_the_doctor_says_what_the_contract_says(project: Project, mark: str) -> None:
    """`make contract` would write nothing there."""
    text = project.template.read_text("utf-8")
    lines = [line for line in text.splitlines(keepends=True) if line.strip() != mark]
    project.template.write_text("".join(lines).replace(" /models:\n", " /catalogue:\n"), "utf-8")

    found = [each for each in doctor.template_findings(project) if each.state == PROBLEM]

    assert found == [problem("template", f"{Unmarked(['GET /models'])}")]


def test_an_api_whose_body_is_elsewhere_is_not_judged() -> None:
    """It may have the route or not."""
    assert (
        list(doctor.missing_routes({"Resources": {"Api": {"Properties": {"DefinitionUri": "api.yaml"}}}}, ["GET /"]))
        == []
    )


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        ("0.2.0", ok("toolkit", "0.2.0.dev7, as template.yaml wants it")),
        (
            "0.1.9",
            warning(
                "toolkit",
                "template.yaml was written for 0.1.9, this is 0.2.0.dev7: see in the changelog what it wants of "
                "template.yaml, then set Metadata.Sparely.TemplateVersion: 0.2.0.",
            ),
        ),
        (
            None,
            warning(
                "toolkit",
                "template.yaml does not say for which one it was written; set Metadata.Sparely.TemplateVersion: 0.2.0.",
            ),
        ),
    ],
)
def test_the_templates_version_is_compared(metadata: str | None, found: Finding) -> None:
    """The toolkit's is the one that `sparely --version` says; a template without one is of an unknown toolkit."""
    document = {"Metadata": {"Sparely": {"TemplateVersion": metadata}}} if metadata else {}

    assert doctor.written_for(document, "0.2.0.dev7") == found


def test_metadata_that_is_no_table_says_nothing() -> None:
    """Whoever wrote it there is told what belongs there."""
    found = doctor.written_for({"Metadata": {"Sparely": 5}}, "0.2.0")

    assert found == doctor.written_for({}, "0.2.0")


def test_what_is_in_development_is_of_the_next_version() -> None:
    """The wheel's number counts on with every change, the template's does not."""
    assert doctor.released("0.2.0.dev7") == doctor.released("0.2.0") == "0.2.0"


def test_a_template_that_cannot_be_read_is_a_problem(project: Project) -> None:
    """One line of the report, as everything else."""
    project.template.write_text("Resources: [", "utf-8")

    (found,) = doctor.template_findings(project)

    assert found.state == PROBLEM
    assert found.text == (f"{project.template} is no template: line 2: did not find expected node content.")


def test_another_alias_than_all_else_asks_is_a_problem(project: Project) -> None:
    """The API would call an alias that is not there."""
    text = project.template.read_text("utf-8")
    project.template.write_text(text.replace("AutoPublishAlias: live", "AutoPublishAlias: alive"), "utf-8")

    assert doctor.misfits(project) == [
        'PredictFunction has the AutoPublishAlias "alive", and the API, alarms and commands ask live; '
        "write `AutoPublishAlias: live`."
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("MemorySize=64", "stage default: MemorySize is 64; template.yaml wants at least 128."),
        ("MemorySize=abc", 'stage default: MemorySize is "abc"; template.yaml wants a number.'),
        ("Memory=512", "stage default: template.yaml has no parameter Memory; "),
    ],
)
def test_stage_that_does_not_fit_the_template_is_told(project: Project, given: str, sentence: str) -> None:
    """Before CloudFormation says so."""
    with project.samconfig.open("a", encoding="utf-8") as written:
        written.write(f'parameter_overrides = ["{given}"]\n')

    (told,) = doctor.misfits(project)

    assert told.startswith(sentence)


def test_samconfig_that_cannot_be_read_is_told(project: Project) -> None:
    """As the one thing that does not fit."""
    project.samconfig.write_text("a: [", "utf-8")

    (told,) = doctor.misfits(project)

    assert told.startswith("samconfig.toml cannot be read: ")
