"""CloudFormation's intrinsic functions, in short tags and in long forms."""

from pathlib import Path
from typing import Any

import pytest

from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.intrinsics import BrokenTemplate, Resolver, UnresolvedIntrinsic, read

RESOLVER = Resolver(
    parameters={"Stage": "prod", "Size": 128, "AWS::Region": "eu-west-1"},
    conditions={
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsSmall": {"Fn::Equals": [{"Ref": "Size"}, "128"]},
        "IsDev": {"Fn::Not": [{"Condition": "IsProd"}]},
    },
    mappings={"Sizes": {"prod": {"memory": 512}}},
    resources=frozenset({"Function"}),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Stage", "prod"),
        ("{Ref: Stage}", "prod"),
        ("!Ref Function", "Function"),
        ("!GetAtt Function.Arn", "Function.Arn"),
        ("{'Fn::GetAtt': [Function, Arn]}", "Function.Arn"),
        ("!Sub '${AWS::Region}/${Function.Arn}:live'", "eu-west-1/Function.Arn:live"),
        ("!Sub ['${Mine}-${Stage}', {Mine: !Ref Size}]", "128-prod"),
        ("!Sub '${!Literal}'", "${Literal}"),
        ("!If [IsProd, yes, no]", True),
        ("!If [IsDev, a, b]", "b"),
        ("!If [IsSmall, a, b]", "a"),
        ("!Join ['-', [a, !Ref Stage]]", "a-prod"),
        ("!Select [1, !Split [',', 'a,b']]", "b"),
        ("!FindInMap [Sizes, !Ref Stage, memory]", 512),
        ("!And [!Condition IsProd, !Condition IsDev]", False),
        ("!Or [!Condition IsProd, !Condition IsDev]", True),
        ("{a: !Ref AWS::NoValue, b: 1}", {"b": 1}),
        ("[!Ref AWS::NoValue, 1]", [1]),
        ("{a: !If [IsDev, 1, !Ref AWS::NoValue]}", {}),
    ],
)
def test_intrinsic_has_its_value(text: str, value: Any) -> None:
    """Each function gives what CloudFormation gives."""
    document = intrinsics.load(f"x: {text}")

    assert RESOLVER.value(document)["x"] == value


def test_unknown_reference_is_named() -> None:
    """A reference that is nowhere defined stops the reading."""
    with pytest.raises(UnresolvedIntrinsic) as problem:
        RESOLVER.value({"Ref": "Missing"})

    assert str(problem.value) == ('"Missing" cannot be resolved on this machine. Parameters: AWS::Region, Size, Stage.')


def test_unknown_condition_is_named() -> None:
    """A condition that is nowhere defined stops the reading."""
    with pytest.raises(UnresolvedIntrinsic) as problem:
        RESOLVER.holds("IsTest")

    assert str(problem.value) == (
        'Condition "IsTest" cannot be resolved on this machine. Known: IsProd, IsSmall, IsDev.'
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Resources: [\n", "line 2: did not find expected node content"),
        ("one line\n", "it has no Resources"),
        ("Resources:\n", "it has no Resources"),
        (
            "Resources:\n  A: {Type: X}\nParameters:\n  P: {Type: String}\n  P: {Type: Number}\n",
            'line 5: "P" is there twice',
        ),
        ("Resources: []\n", "Resources is not a table of names"),
        ("Resources: {A: 3}\n", "Resources.A is not a table"),
        ("Resources: {A: {Properties: 3}}\n", "Resources.A.Properties is not a table"),
        ("Parameters: {Memory: 3}\nResources: {A: {}}\n", "Parameters.Memory is not a table"),
    ],
)
def test_file_that_is_no_template_is_told(tmp_path: Path, text: str, reason: str) -> None:
    """In one sentence with its path."""
    file = tmp_path / "template.yaml"
    file.write_text(text, "utf-8")

    with pytest.raises(BrokenTemplate) as problem:
        read(file)

    assert str(problem.value) == f"{file} is no template: {reason}."


def test_intrinsic_that_is_written_wrongly_is_told() -> None:
    """Not as a traceback of ours."""
    resolver = Resolver(parameters={}, conditions={})

    with pytest.raises(UnresolvedIntrinsic, match=r"^Fn::If of \['A'\] cannot be resolved on this machine\. "):
        resolver.value({"Fn::If": ["A"]})
