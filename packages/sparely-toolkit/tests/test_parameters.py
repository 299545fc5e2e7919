"""The values of a template's parameters: what CloudFormation would refuse is refused here, in one sentence."""

from typing import Any

import pytest

from sparely_toolkit.parameters import BadValue, BrokenRule, UnknownParameter, parameter_values
from sparely_toolkit.problems import ExitCode

TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Memory": {"Type": "Number", "Default": 512, "MinValue": 128, "MaxValue": 10240},
        "Rollout": {"Type": "String", "Default": "AllAtOnce", "AllowedValues": ["AllAtOnce", "Slowly"]},
        "Origin": {"Type": "String", "Default": "", "AllowedPattern": "^$|^https://.+$", "MaxLength": 12},
        "Subnets": {"Type": "List<Number>", "Default": "1, 2"},
        "Secret": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"},
    }
}


def test_defaults_fit() -> None:
    """Each as text, as CloudFormation hands it on."""
    assert parameter_values(TEMPLATE, {})["Memory"] == "512"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("Memory", "abc", 'Memory is "abc"; template.yaml wants a number.'),
        ("Memory", "nan", 'Memory is "nan"; template.yaml wants a number.'),
        ("Memory", "64", "Memory is 64; template.yaml wants at least 128."),
        ("Memory", "20000", "Memory is 20000; template.yaml wants at most 10240."),
        ("Rollout", "Fast", 'Rollout is "Fast"; template.yaml wants one of AllAtOnce, Slowly.'),
        ("Origin", "shop", 'Origin is "shop"; template.yaml wants what matches ^$|^https://.+$.'),
        ("Origin", "https://shop.example", 'Origin is "https://shop.example"; template.yaml wants at most 12 characters.'),
        ("Subnets", "1,b", 'Subnets is "1,b"; template.yaml wants a number.'),
    ],
)  # fmt: skip
def test_value_that_the_template_does_not_allow_is_refused(name: str, value: str, sentence: str) -> None:
    """With what it wants."""
    with pytest.raises(BadValue) as caught:
        parameter_values(TEMPLATE, {name: value})

    assert (str(caught.value), caught.value.exit_code) == (sentence, ExitCode.LACKING)


def test_of_many_parameters_the_one_that_may_be_meant_is_named() -> None:
    """Nobody reads three dozen."""
    known = ["MemorySize", *(f"Other{number}" for number in range(9))]

    assert str(UnknownParameter(["MemoySize"], known)) == (
        "template.yaml has no parameter MemoySize; MemorySize may be meant."
    )
    assert str(UnknownParameter(["Zzz"], known)).endswith(
        "it has MemorySize, Other0, Other1, Other2, Other3, Other4, Other5, Other6, Other7, Other8."
    )


@pytest.mark.parametrize(("name", "problem"), [("Memory", BadValue), ("Memroy", UnknownParameter)])
def test_fault_of_the_callers_is_a_wrong_call(name: str, problem: type[Exception]) -> None:
    """What stands in samconfig.toml is a fault of the service."""
    with pytest.raises(problem) as caught:
        parameter_values(TEMPLATE, {name: "abc"}, [name])

    assert vars(caught.value)["exit_code"] == ExitCode.WRONG_CALL


def rule(condition: Any, assertion: Any) -> dict[str, Any]:
    """A template whose memory and rollout must fit together."""
    assertions = [{"Assert": assertion, "AssertDescription": "Slowly wants memory."}]
    return {**TEMPLATE, "Rules": {"Fits": {"RuleCondition": condition, "Assertions": assertions}}}


SLOWLY = {"Fn::Equals": [{"Ref": "Rollout"}, "Slowly"]}
MEMORY = {"Fn::Not": [{"Fn::Equals": [{"Ref": "Memory"}, 512]}]}


def test_values_that_break_a_rule_together_are_refused() -> None:
    """With what the rule says, as CloudFormation would say it after the package is built."""
    with pytest.raises(BrokenRule) as caught:
        parameter_values(rule(SLOWLY, MEMORY), {"Rollout": "Slowly"}, called=["Rollout"])

    assert str(caught.value) == "template.yaml's rule Fits refuses the parameters: Slowly wants memory."
    assert caught.value.exit_code == ExitCode.WRONG_CALL


@pytest.mark.parametrize(
    ("template", "given"),
    [
        (rule(SLOWLY, MEMORY), {}),
        (rule(SLOWLY, MEMORY), {"Rollout": "Slowly", "Memory": "1024"}),
        (rule(SLOWLY, {"Fn::Contains": [["a"], "b"]}), {"Rollout": "Slowly"}),
    ],
    ids=["not asked", "kept", "left to AWS"],
)
def test_a_rule_that_is_kept_or_unknown_refuses_nothing(template: dict[str, Any], given: dict[str, str]) -> None:
    """Functions that only rules have are AWS' to judge."""
    assert parameter_values(template, given)["Rollout"] == given.get("Rollout", "AllAtOnce")
