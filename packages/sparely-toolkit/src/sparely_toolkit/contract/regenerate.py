"""What follows from a service's models and routes: its contract, its gateway's, sample events, its README's models."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from sparely.bundle import Bundle
from sparely_toolkit import names
from sparely_toolkit.contract.description import ServiceDescription, describe
from sparely_toolkit.contract.document import document
from sparely_toolkit.contract.gateway import gateway_body
from sparely_toolkit.contract.readme import renewed
from sparely_toolkit.contract.sample_events import event_files, is_sample
from sparely_toolkit.contract.writing import FIRST_LINE, Unmarked, is_marked, to_yaml, with_block
from sparely_toolkit.local import intrinsics
from sparely_toolkit.local.api_keys import DEFAULT_KEY
from sparely_toolkit.models.calling import curl_options
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project, text_of
from sparely_toolkit.safe_yaml import parsed

Files = dict[Path, str | None]
"""By file what stands in it, or None for one that is not to be there."""


class Outdated(Problem):
    """Files do not say what follows from the models."""

    exit_code = ExitCode.NO

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"Not up to date with the models: {', '.join(names)}. Write them anew: make contract")


def regenerate(project: Project, models: Sequence[Bundle] | None = None) -> list[str]:
    """
    Write what follows from the models, where it says something else so far.

    All of it is made before the first file is written, and each file is replaced as a whole; so what fails or is
    interrupted loses nothing.

    Args:
        models: those that the service is to have; otherwise those that it has.

    Returns:
        The files that were written or deleted, as names from the service's folder.

    Raises:
        ModelLoadError: a model's files cannot be read.
        NoGoldenRows: there is no model.
        Undescribed: a route of the owner's has no docstring.
    """
    return write_files(project, outdated(project, models))


def check(project: Project) -> None:
    """
    Look whether `regenerate` would change anything.

    Raises:
        Outdated: it would.
    """
    if files := outdated(project):
        raise Outdated(_names(project, files))


def outdated(project: Project, models: Sequence[Bundle] | None = None) -> Files:
    """What `regenerate` would write and delete."""
    return dict(_outdated(project, describe(project, models)))


def write_files(project: Project, files: Files) -> list[str]:
    """Write files, each as a whole, and delete those that are not to be there; their names."""
    for file, text in files.items():
        if text is None:
            file.unlink(missing_ok=True)
        else:
            _replace(file, text)
    return _names(project, files)


def _outdated(project: Project, service: ServiceDescription) -> Iterator[tuple[Path, str | None]]:
    contract = to_yaml(document(service))
    if not _says_the_same(project.openapi, contract):
        yield project.openapi, contract
    if service.payload != "url":  # which has no routes that a template could name
        template = text_of(project.template)
        _check_marks(template, service)
        yield from _changed(project.template, with_block(template, gateway_body(service)))
    if project.readme.is_file():
        wanted = curl_options(project, DEFAULT_KEY)  # not this machine's key: the README is everybody's
        yield from _changed(project.readme, renewed(text_of(project.readme), service, wanted))
    yield from _golden_service(project, service.models)
    events = event_files(service)
    for name, text in events.items():
        yield from _changed(project.events / name, text)
    for file in sorted(project.events.glob("*.json")):
        if file.name not in events and is_sample(file.stem, text_of(file)):
            yield file, None


def _golden_service(project: Project, models: Sequence[Bundle]) -> Iterator[tuple[Path, str | None]]:
    """What the service's own steps change, without models that are gone."""
    if project.golden_service.is_file():
        from sparely_toolkit.models.golden_service import without_models_gone

        text = project.golden_service.read_text("utf-8")
        left = without_models_gone(text, models)
        if left != text:
            yield project.golden_service, left


def _check_marks(text: str, service: ServiceDescription) -> None:
    """
    Look whether the gateway can be told of the owner's routes.

    Raises:
        Unmarked: its paths stand in template.yaml, written by hand, without them.
    """
    if not service.own or is_marked(text):
        return
    api = intrinsics.load(text).get("Resources", {}).get(names.API, {})
    body = api.get("Properties", {}).get("DefinitionBody")
    paths = (body.get("paths") or {}) if isinstance(body, Mapping) else None
    if paths is not None:
        lacking = [each.key for each in service.own if each.method.lower() not in paths.get(each.path, {})]
        if lacking:
            raise Unmarked(lacking)


def _changed(file: Path, text: str) -> Iterator[tuple[Path, str]]:
    if not file.is_file() or file.read_bytes() != text.encode():
        yield file, text


def _says_the_same(file: Path, text: str) -> bool:
    """Whether a contract differs at most in how its values are written, as the title that a new service is given."""
    if not file.is_file():
        return False
    try:
        written = file.read_text("utf-8")
        if written == text:
            return True
        return written.startswith(FIRST_LINE) and bool(parsed(written) == parsed(text))
    except (UnicodeDecodeError, yaml.YAMLError):
        return False


def _replace(file: Path, text: str) -> None:
    """Write a file beside it and put it in its place, with the rights that it has."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, scratch = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
        Path(scratch).chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        Path(scratch).replace(file)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def _names(project: Project, files: Files) -> list[str]:
    return [file.relative_to(project.root).as_posix() for file in files]
