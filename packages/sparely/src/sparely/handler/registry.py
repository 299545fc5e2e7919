"""The models of this package: read, checked and opened once per execution environment."""

import os
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from sparely.bundle import INDEX, MANIFEST, MODEL, STEPS, ModelLoadError, model_folders, read_manifest, read_verified
from sparely.engine import EngineError, Session
from sparely.handler.drift import Seen, SeenInput, seen_in_inputs, seen_in_training
from sparely.handler.lookup import Lookup, versions_of
from sparely.handler.signature import external_file, faults
from sparely.handler.tensor_documents import TensorType, tensor_types
from sparely.handler.tensors import Packing, packing
from sparely.handler.validation import Schema
from sparely.manifest import Manifest
from sparely.record import Record

if TYPE_CHECKING:
    from sparely.handler.steps import Stepped
    from sparely.steps import Steps

NO_STEPS: "Mapping[str, Stepped]" = MappingProxyType({})


class Model(Record):
    """
    An open session with what its manifest says.

    `inputs` are Open Inference Protocol tensors, `seen` is what training saw of their columns;
    `steps` are its owner's, if there are some.
    """

    manifest: Manifest
    session: Session
    inputs: tuple[TensorType, ...]
    seen: tuple[SeenInput, ...]
    steps: "Steps | None" = None


class Group(Record):
    """
    Models that are asked together about the same instances: an area's, or one model alone.

    `versions` is the header that tells which ones answered, such as `churn=b8f13997e954`; `seen` is by model
    what training saw, `stepped` by those that have steps how rows go through them.
    """

    name: str
    schema: Schema
    members: tuple[tuple[Model, Packing], ...]
    versions: str
    seen: Mapping[str, tuple[Seen, ...]]
    stepped: "Mapping[str, Stepped]" = NO_STEPS

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """What is said of each."""
        return tuple(model.manifest for model, _ in self.members)

    @property
    def model(self) -> Model:
        """The first of them: the only one where a route names one."""
        return self.members[0][0]


Registry = Lookup[Group]


def load_models(root: str) -> Registry:
    """
    Open every model under `root`/<area>/<model>; of many, those that MODELS_AT_INIT names, the others when asked.

    Raises:
        ModelLoadError: a file is missing, altered or unreadable, or two models contradict each other.
    """
    if os.path.exists(os.path.join(root, INDEX)):
        from sparely.handler.on_demand import open_on_demand  # few models need none of it

        return open_on_demand(root)
    return open_all(root)


def open_all(root: str) -> Registry:
    """
    Open every model under `root`/<area>/<model>.

    Raises:
        ModelLoadError: a file is missing, altered or unreadable, or two models contradict each other.
    """
    models = [load_model(folder) for folder in model_folders(root)]
    if not models:
        raise ModelLoadError(root, "there is no model here.")
    _check_names(root, models)
    by_area: dict[str, list[Model]] = {}
    for model in models:
        by_area.setdefault(model.manifest.area, []).append(model)
    return Lookup(
        areas={area: group_of(root, area, members) for area, members in by_area.items()},
        models={
            area: {each.manifest.name: group_of(root, f"{area}/{each.manifest.name}", [each]) for each in members}
            for area, members in by_area.items()
        },
    )


def load_model(folder: str, expected: str = "") -> Model:
    """
    Open one model; its bytes must be those that the manifest was written for.

    Args:
        expected: the manifest's SHA-256, where that is known.
    """
    manifest = read_manifest(folder, expected)
    path = os.path.join(folder, MODEL)
    content = read_verified(path, manifest.sha256)
    if weights := external_file(content):
        raise ModelLoadError(
            path,
            f'a part of its weights is in "{weights}", whose bytes no digest has; make add-model merges both files.',
        )
    try:
        session = Session(content)
    except EngineError as error:
        raise ModelLoadError(path, str(error)) from error
    for fault in faults(manifest, session):
        raise ModelLoadError(os.path.join(folder, MANIFEST), fault)
    steps = None
    if manifest.steps or os.path.exists(os.path.join(folder, STEPS)):
        from sparely.steps import load_steps  # no model without steps needs it

        steps = load_steps(folder, manifest)
    return Model(manifest, session, tensor_types(manifest, session.inputs), seen_in_inputs(manifest), steps)


def _check_names(root: str, models: list[Model]) -> None:
    seen: dict[str, str] = {}
    for manifest in (model.manifest for model in models):
        if manifest.name in seen:
            other = f"{seen[manifest.name]}/{manifest.name}"
            raise ModelLoadError(f"{root}/{manifest.area}/{manifest.name}", f"{other} has the same name.")
        seen[manifest.name] = manifest.area


def group_of(root: str, name: str, models: Sequence[Model]) -> Group:
    """
    What a request to these models needs.

    Raises:
        ModelLoadError: they contradict each other about a feature.
    """
    try:
        schema = Schema.of(name, [model.manifest for model in models])
    except ValueError as error:
        raise ModelLoadError(f"{root}/{name}", str(error)) from None
    members = tuple((model, packing(model.manifest, _columns(model, schema))) for model in models)
    versions = versions_of(model.manifest for model in models)
    seen = {model.manifest.name: seen_in_training(model.manifest, schema.names) for model in models}
    return Group(name, schema, members, versions, seen, _stepped(models, schema))


def _columns(model: Model, schema: Schema) -> tuple[str, ...]:
    """The columns of the rows that a model's tensors are made of: its own where `prepare` makes them."""
    is_prepared = model.steps and model.steps.prepare
    return tuple(feature.name for feature in model.manifest.prepared) if is_prepared else schema.names


def _stepped(models: Sequence[Model], schema: Schema) -> "Mapping[str, Stepped]":
    with_steps = {model.manifest.name: (model.manifest, model.steps) for model in models if model.steps}
    if not with_steps:
        return NO_STEPS
    from sparely.handler import steps

    return {name: steps.with_steps(manifest, each, schema.names) for name, (manifest, each) in with_steps.items()}
