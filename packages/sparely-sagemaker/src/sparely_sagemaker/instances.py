"""Instance types of SageMaker: which one a template has, and what its name says of processor and vCPUs."""

import re
from pathlib import Path

from sparely_toolkit.local import intrinsics

X86_64 = "ml.m5.large"
"""What both templates have as their default for this processor."""
_NAME = re.compile(r"ml\.(?P<family>[a-z]+)\d+(?P<graviton>g?)[a-z]*\.(?P<times>\d*)(?P<size>[a-z]+)")
_VCPUS = {"medium": 1, "large": 2, "xlarge": 4}


def default_of(template: Path) -> str:
    """What a template's endpoint has where a deployment names nothing else; empty where the template does neither."""
    parameter = intrinsics.read(template).get("Parameters", {}).get("InstanceType", {})
    return str(parameter.get("Default", ""))


def processor_of(instance: str) -> str | None:
    """
    The processor of an instance type in Lambda's words; None where its name is of another form.

    A letter g behind the generation is Graviton: ml.m6g.large, ml.c6gn.xlarge. Before it, it is a GPU: ml.g4dn.xlarge.
    Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html, read 2026-11-29.
    """
    name = _NAME.fullmatch(instance)
    return None if name is None else "arm64" if name["graviton"] else "x86_64"


def vcpus_of(instance: str) -> int:
    """The vCPUs of an instance type, which its size says; those of a large one where its name is of another form."""
    name = _NAME.fullmatch(instance)
    if name and (name["family"], name["size"]) == ("t", "medium"):
        return 2
    return _VCPUS.get(name["size"], 2) * int(name["times"] or 1) if name else 2
