"""The service's models: whether each folder of src/models has what is served, checked and compared."""

from collections.abc import Iterator
from pathlib import Path

from sparely.bundle import MODEL, Bundle, ModelLoadError, model_folders, read_bundle, read_verified
from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem
from sparely_toolkit.project import Project


def model_findings(project: Project) -> Iterator[Finding]:
    """Look at every model's files, without opening its graph; each that cannot be read is a finding of its own."""
    try:
        folders = [Path(folder) for folder in model_folders(project.models)]
    except ModelLoadError:
        folders = []
    if not folders:
        yield problem("models", "src/models holds none; `make add-model` adds one, or take it back from git.")
        return
    good = []
    for folder in folders:
        try:
            good.append(_read(folder))
        except ModelLoadError as fault:
            area, name = folder.parts[-2:]
            said = str(fault).replace(f"{project.root}/", "").rstrip(".")
            yield problem(
                "models",
                f"{said}; take the file back from git, add the model anew, or "
                f"`make remove-model AREA={area} NAME={name}`.",
            )
    if len(good) == len(folders):
        yield ok("models", ", ".join(model.path for model in good))


def _read(folder: Path) -> Bundle:
    model = read_bundle(folder)
    read_verified(str(folder / MODEL), model.manifest.sha256)
    return model
