"""NOTICE of the package: what of it others wrote, and where their licences lie."""

from collections.abc import Sequence
from pathlib import Path

from sparely_toolkit.package.distributions import Distribution

NAME = "NOTICE"
HEADING = "This package holds software of others, unchanged except that what is not used is left out."


def write_notice(artifact: Path, distributions: Sequence[Distribution]) -> None:
    """Name every distribution that ships with the licence that it declares and the files that hold the texts."""
    entries = [HEADING, *(_entry(each) for each in distributions)]
    (artifact / NAME).write_text("\n\n".join(entries) + "\n", encoding="utf-8")


def _entry(each: Distribution) -> str:
    lines = [f"{each.name} {each.version}", f"Licence: {each.licence}"]
    if each.homepage:
        lines.append(f"Home: {each.homepage}")
    lines += [f"Text: {file}" for file in each.texts] or ["Text: none in its wheel"]
    return "\n  ".join(lines)
