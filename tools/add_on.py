"""`make new ADDON=sagemaker SERVICE=folder`: an add-on in a service, whose answers are read from the service itself."""

import sys
from collections.abc import Sequence
from pathlib import Path

from cookiecutter.exceptions import CookiecutterException
from cookiecutter.main import cookiecutter

REPOSITORY = Path(__file__).resolve().parents[1]
PLACES = (".", "packages/sparely/src", "packages/sparely-toolkit/src")
sys.path[:0] = [str(REPOSITORY / place) for place in PLACES]
# What is imported of ours needs nothing but Python: the environment of `make new` may have cookiecutter alone.
from sparely_toolkit.package.target import read_target  # noqa: E402
from sparely_toolkit.problems import Problem  # noqa: E402
from sparely_toolkit.project import NoProject, Project  # noqa: E402
from tools.new import end, literal  # noqa: E402

ADD_ONS = REPOSITORY / "addons"
TEMPLATE = REPOSITORY / "{{cookiecutter.project_slug}}"
FORCE = "--force"


def service_at(folder: str, name: str) -> Project:
    """The service whose folder was named; ends where there is none."""
    if not folder:
        end(f"Name the service's folder: make new ADDON={name} SERVICE=../my-service.")
    root = Path(folder).resolve()
    if not is_service(root):
        end(
            f"{root} is no service, and nothing was added: it has no template.yaml and src/handler/app.py. "
            "Name the folder of one by SERVICE=FOLDER."
        )
    return Project(root)


def is_service(root: Path) -> bool:
    """Whether a folder is a service's own, and not one within it."""
    try:
        return Project.find(root).root == root
    except NoProject:
        return False


def fault_of(project: Project, name: str, arguments: Sequence[str]) -> str:
    """Why the add-on is not to be added, in one sentence; nothing where it is."""
    if unknown := [each for each in arguments if each != FORCE]:
        return f"{unknown[0]} is no argument here: all answers come from {project.template}; there is {FORCE} alone."
    if (added := project.root / name).exists() and FORCE not in arguments:
        return f"{added} is there already; ARGS={FORCE} writes all of it anew, over what was changed in it."
    ours = {file.name for file in (TEMPLATE / "vendor").glob("*.whl")}
    if lacking := sorted(ours - {file.name for file in project.vendor.glob("*.whl")}):
        return (
            f"{project.vendor} does not have {' and '.join(lacking)}, which the add-on of this clone was made with: "
            f"bring both to one version first, there by `make upgrade WHEELS={REPOSITORY}`."
        )
    return ""


def main(name: str, folder: str, arguments: Sequence[str]) -> None:
    """Add it, and say what to do there."""
    known = sorted(file.parent.name for file in ADD_ONS.glob("*/cookiecutter.json"))
    if name not in known:
        end(f'There is no add-on "{name}". Available: {", ".join(known)}.')
    project = service_at(folder, name)
    if fault := fault_of(project, name, arguments):
        end(fault)
    wheels = [*(ADD_ONS / name / TEMPLATE.name / "vendor").glob("*.whl")]
    try:
        target = read_target(project.template)
        answers = {"project_slug": project.name, "python_version": target.python}
        cookiecutter(
            str(ADD_ONS / name),
            no_input=True,
            extra_context=literal({**answers, "cpu_architecture": target.architecture}),
            output_dir=str(project.root.parent),
            overwrite_if_exists=True,
        )
        for wheel in wheels:
            for older in project.vendor.glob(f"{wheel.name.partition('-')[0]}-*.whl"):
                if older.name != wheel.name:
                    older.unlink()
    except (CookiecutterException, Problem, ValueError) as error:
        end(str(error))
    except OSError as error:
        end(f"{error.filename or project.root}: {error.strerror}.")
    print(
        f"{project.root / name} is made, for Python {target.python} and {target.architecture} as template.yaml says. "
        f"In the service `make -C {name}` lists what it can do, and {name}/README.md says it at length."
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
