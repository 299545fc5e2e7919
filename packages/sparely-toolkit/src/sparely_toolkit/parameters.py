"""The value that each parameter of template.yaml gets from a stage, judged as CloudFormation would."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sparely_toolkit.local.intrinsics import Resolver, UnresolvedIntrinsic
from sparely_toolkit.names import RULE_OF_ISSUER
from sparely_toolkit.problems import ExitCode, Problem

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_JUDGED = ("String", "Number", "CommaDelimitedList", "List<Number>")
"""The types whose value stands there; others name what only AWS knows."""


_FEW = 9
"""Choices that one sentence can list."""


class UnknownParameter(Problem):
    """A stage, or the caller, gives a value to a parameter that the template lacks."""

    def __init__(self, names: Iterable[str], known: Iterable[str]) -> None:
        names, known = [*names], [*known]
        alike = difflib.get_close_matches(names[0], known, n=1) if len(known) > _FEW else []
        others = f"{alike[0]} may be meant" if alike else f"it has {', '.join(known) or 'none'}"
        super().__init__(f"template.yaml has no parameter {', '.join(names)}; {others}.")


class NoValue(Problem):
    """A parameter without default has no value."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"No value for {', '.join(names)}; set it in samconfig.toml.")


class BadValue(Problem):
    """A parameter has a value that the template does not allow."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        shown = value if NUMBER.fullmatch(value) else f'"{value}"'
        super().__init__(f"{name} is {shown}; template.yaml wants {expected}.")


class BrokenRule(Problem):
    """Values that a rule of the template refuses together."""

    def __init__(self, rule: str, description: str) -> None:
        super().__init__(f"template.yaml's rule {rule} refuses the parameters: {description.rstrip('.')}.")


def parameter_values(
    template: Mapping[str, Any], overrides: Mapping[str, str], called: Collection[str] = (), *, complete: bool = True
) -> dict[str, str]:
    """
    Give every parameter its value: the one of the stage, else the template's default.

    Left to itself CloudFormation keeps the value of the last deployment, so that a changed default, or a
    ReleaseId that is no longer given, would not arrive.

    Args:
        called: the names that the caller has given on the command line; a fault of theirs is a wrong call.
        complete: whether each must have a value, as on AWS; what is served here may do without.

    Raises:
        UnknownParameter: a value is given for no parameter.
        NoValue: none is given for one without default.
        BadValue: one is of another type, or outside of what the template allows.
        BrokenRule: together they break one of the template's rules.
    """
    parameters: Mapping[str, Mapping[str, Any]] = template.get("Parameters", {})
    unknown = sorted(overrides.keys() - parameters.keys())
    if unknown:
        raise _by_caller(UnknownParameter(unknown, parameters), unknown, called)
    missing = [name for name, each in parameters.items() if "Default" not in each and name not in overrides]
    if missing and complete:
        raise NoValue(missing)
    values = {
        name: str(overrides.get(name, each.get("Default"))) for name, each in parameters.items() if name not in missing
    }
    for name, value in values.items():
        for expected in _refusals(parameters[name], value):
            raise _by_caller(BadValue(name, value, expected), [name], called)
    for rule, description in _broken_rules(template, values):
        raise _by_caller(BrokenRule(rule, description), called, called)
    return values


def _broken_rules(template: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Rules that do not hold, with what they say; some are left to AWS, or to the doctor."""
    resolver = Resolver(parameters=values, conditions={})
    for name, rule in template.get("Rules", {}).items():
        if name == RULE_OF_ISSUER:
            continue
        for assertion in rule.get("Assertions", []):
            try:
                holds = resolver.value(rule.get("RuleCondition", True)) is True
                if holds and resolver.value(assertion["Assert"]) is False:
                    yield name, str(assertion.get("AssertDescription", "an assertion does not hold"))
            except UnresolvedIntrinsic:
                continue


def _by_caller(problem: Problem, names: Collection[str], called: Collection[str]) -> Problem:
    if set(names) & set(called):
        problem.exit_code = ExitCode.WRONG_CALL
    return problem


def _refusals(parameter: Mapping[str, Any], value: str) -> Iterator[str]:
    """
    What the template wants of a value that it does not have.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    kind = parameter.get("Type", "String")
    if kind not in _JUDGED:
        return
    values = [part.strip() for part in value.split(",")] if "List" in kind else [value]
    allowed = [_text(each) for each in parameter.get("AllowedValues", [])]
    for each in values:
        if "Number" in kind and not NUMBER.fullmatch(each):
            yield "a number"
        elif allowed and each not in allowed:
            yield f"one of {', '.join(allowed)}"
        elif "Number" in kind:
            yield from _outside(parameter, float(each))
        else:
            yield from _other_text(parameter, each)


def _outside(parameter: Mapping[str, Any], value: float) -> Iterator[str]:
    if value < float(parameter.get("MinValue", "-inf")):
        yield f"at least {parameter['MinValue']}"
    if value > float(parameter.get("MaxValue", "inf")):
        yield f"at most {parameter['MaxValue']}"


def _other_text(parameter: Mapping[str, Any], value: str) -> Iterator[str]:
    pattern = parameter.get("AllowedPattern")
    try:
        matches = pattern is None or re.fullmatch(pattern, value) is not None
    except re.error:  # written for Java's expressions
        matches = True
    if not matches:
        yield f"what matches {pattern}"
    if len(value) < int(parameter.get("MinLength", 0)):
        yield f"at least {parameter['MinLength']} characters"
    if len(value) > int(parameter.get("MaxLength", len(value))):
        yield f"at most {parameter['MaxLength']} characters"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
