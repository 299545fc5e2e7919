"""What the add-on's commands serve and upload, built only where something has changed; and SAM's look at templates."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import sparely_sagemaker
from sparely.bundle import STEPS
from sparely_sagemaker import archives, packaging
from sparely_sagemaker.add_on import AddOn, Architecture
from sparely_sagemaker.made_for import require_same_target
from sparely_toolkit.package import sam_build
from sparely_toolkit.package.engine_library import ENGINE
from sparely_toolkit.package.sam_validate import refused_by_sam
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project

_OWN_CODE = re.compile(r"^@(\w+)\.(before|after|route)\b", re.MULTILINE)
OURS = Path(sparely_sagemaker.__file__).parent


class InvalidTemplate(Problem):
    """SAM refuses a template; its own words are above."""

    exit_code = ExitCode.NO

    def __init__(self, template: Path) -> None:
        super().__init__(f"`sam validate` refuses {template}; its own words above say why.")


class OwnCode(Problem):
    """The service has code of its owner's that SageMaker would not run."""

    exit_code = ExitCode.NO

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file} has {what}, which the architectures with SageMaker do not run: callers would get other answers "
            "there; serve this service from its Lambda function, or take that out."
        )


def check_own_code(project: Project) -> None:
    """
    Look for what stands around the models: the container and the thin function know the models alone.

    Raises:
        OwnCode: there are own routes, steps of the service, or steps of a model.
    """
    for file in sorted(project.models.glob(f"*/*/{STEPS}")):
        raise OwnCode(file.relative_to(project.root).as_posix(), "steps of a model")
    for file in sorted(project.source.rglob("*.py")):
        if project.models not in file.parents and (found := _OWN_CODE.search(file.read_text("utf-8"))):
            raise OwnCode(file.relative_to(project.root).as_posix(), f"@{found[1]}.{found[2]}")


def require_fitting(add_on: AddOn) -> None:
    """
    Look whether the add-on's architectures can answer what the service answers, before anything is built or judged.

    Raises:
        OwnCode: the service has own routes or steps.
        MadeForAnother: the add-on has another Python or processor than the service.
    """
    check_own_code(add_on.project)
    require_same_target(add_on)


def ensure_built(add_on: AddOn) -> bool:
    """
    Write archives, the image's content and the thin function's package, unless nothing has changed since.

    Returns:
        Whether they were written anew.

    Raises:
        PackageError: one cannot be built; the message says why.
        OwnCode, MadeForAnother: as `require_fitting` says.
    """
    require_fitting(add_on)
    digest = sam_build.digest_of(_inputs(add_on))
    mark = add_on.built / sam_build.BUILT_FROM
    if mark.is_file() and mark.read_text("utf-8") == digest:
        return False
    mark.unlink(missing_ok=True)
    written = archives.write_all(add_on.project.models, add_on.archives)
    add_on.release.write_text(archives.release(written), "utf-8")
    packaging.fill_image(add_on, add_on.image)
    template = add_on.template(Architecture.MULTI_MODEL)
    sam_build.sam_build(add_on.project, template, "--build-dir", str(add_on.thin_template.parent))
    mark.write_text(digest, "utf-8")
    return True


def summary(add_on: AddOn) -> str:
    """What was built, with sizes, and the release's name."""
    sizes = [
        f"{file.stat().st_size:>8} bytes  {file.relative_to(add_on.archives)}"
        for file in sorted(add_on.archives.rglob("*.tar.gz"))
    ]
    image = sum(file.stat().st_size for file in add_on.image.rglob("*") if file.is_file())
    release = add_on.release.read_text("utf-8")
    return "\n".join([*sizes, f"release {release}", f"Image's content: {image / 2**20:.1f} MiB beside its base"])


def validate(add_on: AddOn) -> None:
    """
    Hold the add-on to the service, then have SAM validate and lint both templates.

    Raises:
        OwnCode, MadeForAnother: as `require_fitting` says.
        InvalidTemplate: SAM refuses a template.
    """
    require_fitting(add_on)
    for architecture in Architecture:
        template = add_on.template(architecture)
        if words := refused_by_sam(add_on.project, template):
            print(words, file=sys.stderr)
            raise InvalidTemplate(template)


def _inputs(add_on: AddOn) -> Iterator[tuple[Path, Path]]:
    """What decides a build: the models, what ships beside them, the template, and our own code."""
    project = add_on.project
    named = (
        project.requirements / "lambda.txt",
        add_on.container_requirements,
        add_on.template(Architecture.MULTI_MODEL),
    )
    yield from ((project.root, file) for file in named)
    yield ENGINE.parent, ENGINE
    for root, folder in ((project.root, project.source), (OURS, OURS), (sam_build.BUILDER, sam_build.BUILDER)):
        files = (each for each in folder.rglob("*") if each.is_file())
        yield from ((root, each) for each in sorted(files) if "__pycache__" not in each.parts)
