"""The versions that Lambda keeps of the deployed function, and which of them the alias serves and the stack names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sparely_toolkit.deployment.stack import Stack


@dataclass(frozen=True, slots=True)
class Versions:
    """
    Versions by number.

    Attributes:
        published: description by number.
        serving: the one that the alias names.
        named: the one that the stack published last; another one than `serving` after a rollback by hand.
    """

    published: Mapping[int, str]
    serving: int
    named: int


def read_versions(client: Any, stack: Stack) -> Versions:
    """Ask Lambda for all of them."""
    function, _ = function_and_alias(stack)
    return Versions(published=published(client, function), serving=serving(client, stack), named=named(stack))


def published(client: Any, function: str) -> dict[int, str]:
    """Descriptions by version number."""
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    found = {each["Version"]: each.get("Description", "") for page in pages for each in page["Versions"]}
    return {int(version): text for version, text in found.items() if version != "$LATEST"}


def serving(client: Any, stack: Stack) -> int:
    """The version that has the alias, or most of it while traffic moves."""
    function, alias = function_and_alias(stack)
    return int(client.get_alias(FunctionName=function, Name=alias)["FunctionVersion"])


def named(stack: Stack) -> int:
    """The version that the stack's last deployment published."""
    return int(stack.output("FunctionVersion").rpartition(":")[2])


def function_and_alias(stack: Stack) -> tuple[str, str]:
    """Their names, of the alias' ARN."""
    *_, function, alias = stack.output("FunctionAlias").split(":")
    return function, alias
