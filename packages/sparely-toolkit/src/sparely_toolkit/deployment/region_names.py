"""Whether a region is one, and which is meant where it is not."""

import difflib
import json
import re

import boto3

from sparely_toolkit.samconfig import Stage

_ALIKE = 0.6
"""From which ratio on another name may be meant."""


def _known_regions() -> list[str]:
    session = boto3.Session()
    return [each for part in session.get_available_partitions() for each in session.get_available_regions("s3", part)]


def _letters(name: str) -> str:
    """A region's letters and digits, which no two have in common."""
    return re.sub(r"[\W_]", "", name).lower()


def no_region(name: str, stage: Stage) -> str:
    """What is said of a known region in capitals, with other dashes, or with a zone's letter; empty of all else."""
    known = {_letters(each): each for each in _known_regions()}
    written = _letters(name)
    meant = known.get(written) or known.get(written[:-1] if written[-1:].isalpha() else written)
    if meant in (None, name):
        return ""
    there = f"under {stage.table}, or where AWS_REGION or the profile has it"
    return f"{json.dumps(name)} is no region of AWS: write {meant} {there}"


def unknown_region(name: str) -> str:
    """What is said of a region that this machine does not know, with the nearest that it does; empty of others."""
    known = _known_regions()
    if name in known:
        return ""
    alike = {each: difflib.SequenceMatcher(None, name, each).ratio() for each in known}
    most = max(alike.values())
    near = [each for each, ratio in alike.items() if ratio == most > _ALIKE]
    todo = f"{' or '.join(near)} may be meant" if near else "`aws account list-regions` lists those that there are"
    return f'"{name}" is no region that is known here: {todo}'
