"""Which Python and processor the add-on was made for, held to those of the service's template.yaml."""

import re
from collections.abc import Iterator
from pathlib import Path

from sparely_sagemaker.add_on import AddOn, Architecture, adding
from sparely_sagemaker.instances import default_of, processor_of
from sparely_toolkit.local import intrinsics
from sparely_toolkit.package.target import Target, read_target
from sparely_toolkit.problems import ExitCode, Problem

_BASE = re.compile(r"^ARG BASE=\S*\bpython:(3\.\d+)", re.MULTILINE)


class MadeForAnother(Problem):
    """The add-on has another Python or processor than the service: what it builds would not run there."""

    exit_code = ExitCode.NO

    def __init__(self, add_on: AddOn, others: list[str], target: Target) -> None:
        answers = f"python_version={target.python} cpu_architecture={target.architecture}"
        super().__init__(
            f"{'; '.join(others)}, but the service's template.yaml has python{target.python} and "
            f"{target.architecture}: change that, or add the add-on again: {adding(add_on.project, answers)}. "
            "The second way writes all of sagemaker/ anew."
        )


def require_same_target(add_on: AddOn) -> None:
    """
    Compare what the add-on's templates and Dockerfile name with template.yaml; what they leave open is not judged.

    Raises:
        MadeForAnother: one names another Python or processor.
        PackageError: template.yaml names none.
    """
    target = read_target(add_on.project.template)
    if others := [*_others(add_on, target)]:
        raise MadeForAnother(add_on, others, target)


def _others(add_on: AddOn, target: Target) -> Iterator[str]:
    """What is another, by file, in the words of that file."""
    for architecture in Architecture:
        template = add_on.template(architecture)
        if not template.is_file():
            continue
        found = [*_of_functions(template, target)]
        instance = default_of(template)
        if processor_of(instance) not in (None, target.architecture):
            found.append(f"InstanceType {instance}, which is {processor_of(instance)}")
        if found:
            yield f"{_named(template)} has {' and '.join(dict.fromkeys(found))}"
    base = _BASE.search(add_on.dockerfile.read_text("utf-8")) if add_on.dockerfile.is_file() else None
    if base and base[1] != target.python:
        yield f"{_named(add_on.dockerfile)} has python:{base[1]}"


def _of_functions(template: Path, target: Target) -> Iterator[str]:
    for resource in intrinsics.read(template).get("Resources", {}).values():
        properties = resource.get("Properties", {})
        runtime, processors = properties.get("Runtime"), properties.get("Architectures")
        if isinstance(runtime, str) and runtime != f"python{target.python}":
            yield f"Runtime {runtime}"
        if isinstance(processors, list) and processors != [target.architecture]:
            yield f"Architectures {', '.join(map(str, processors))}"


def _named(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"
