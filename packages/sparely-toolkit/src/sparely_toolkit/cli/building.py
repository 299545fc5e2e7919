"""`sparely build`, `test`, `check` and `fix`: the Lambda package, and whether the service is right."""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from sparely_toolkit.cli.application import app, project_of, require_writable
from sparely_toolkit.cli.first import build_first, image_first
from sparely_toolkit.cli.progress import step
from sparely_toolkit.problems import ExitCode

_PYTESTS_EXIT_CODES = {0: ExitCode.DONE, 1: ExitCode.NO, 2: 130, 4: ExitCode.WRONG_CALL}


@app.command()
def build(context: typer.Context) -> None:
    """Build the Lambda package, if anything that ships has changed; and the container image, where it is one."""
    from sparely_toolkit.names import FUNCTION
    from sparely_toolkit.package.measure import weigh
    from sparely_toolkit.package.package_type import is_image
    from sparely_toolkit.package.profile import long_init

    project = project_of(context)
    built, image = build_first(project), is_image(project.template)
    weight = weigh(project.built / FUNCTION, zips=not image) if built else None
    print(f"Built: {weight}." if weight else "Nothing that ships has changed.", flush=True)
    if built and (warning := long_init(project.built / FUNCTION)):
        print(warning, file=sys.stderr)
    if image:
        print(f"Container image: {image_first(project)}.")


@app.command("test", context_settings={"ignore_unknown_options": True})
def run_tests(
    context: typer.Context,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="ARGS", help="What pytest takes, such as -x or -k NAME.")
    ] = None,
) -> None:
    """Build, then run the service's tests."""
    from sparely.bundle import ModelLoadError
    from sparely_toolkit.cli.golden import of_models
    from sparely_toolkit.models.golden_rows import remade
    from sparely_toolkit.package.sam_build import sam_environment
    from sparely_toolkit.project import VARIABLE

    project = project_of(context)
    with suppress(ModelLoadError):  # the build says what is wrong with a model's files
        if changed := remade(project):  # it would refuse them, and not say what differs
            of_models(project, changed, check=True, yes=False)
    build_first(project)
    environment = {**sam_environment(), VARIABLE: str(project.root)}
    command = [sys.executable, "-m", "pytest", *(arguments or [])]
    code = subprocess.run(command, cwd=project.root, env=environment, check=False).returncode
    raise typer.Exit(_PYTESTS_EXIT_CODES.get(code, ExitCode.LACKING))


@app.command()
def check(
    context: typer.Context,
    only: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Some of lint, format, types, template, contract.")
    ] = None,
) -> None:
    """Lint, check formats, types, the template and written files, not golden rows; changes nothing."""
    from sparely_toolkit.package import checks

    names = only or [each.name for each in checks.CHECKS]
    with step(f"Checking {', '.join(names)}"):
        refusals = checks.look(project_of(context), names)
    for name, said in refusals.items():
        print(f"{name}:\n{said}\n", file=sys.stderr)
    if refusals:
        raise checks.Refused(list(refusals))
    print(f"Checked: {', '.join(names)}.")


@app.command()
def fix(context: typer.Context) -> None:
    """Format, and mend what can be mended by itself."""
    from sparely_toolkit.package import checks

    project = project_of(context)
    require_writable(project.root, *(project.root / name for name in checks.TYPED))
    print(checks.mend(project))


@app.command(hidden=True)
def package(
    context: typer.Context,
    function: Annotated[str, typer.Argument(help="The function's logical id in template.yaml.")],
    folder: Annotated[Path, typer.Argument(help="The folder to fill.")],
) -> None:
    """Fill a folder with what Lambda gets for a function; `sam build` asks for it by src/Makefile."""
    from sparely_toolkit.kept import cache_folder
    from sparely_toolkit.package import build as building

    weight = building.package(project_of(context), function, folder.resolve(), cache_folder())
    print(f"{function}: {weight}")


@app.command()
def profile(
    artifact: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A built package, such as .aws-sam/build/PredictFunction.")
    ],
    requests: Annotated[int, typer.Option(metavar="N", min=1, help="Warm requests of each start.")] = 500,
    runs: Annotated[int, typer.Option(metavar="N", min=1, help="Starts.")] = 5,
) -> None:
    """Measure what a package's init and its one-row requests take, as JSON for `sparely plan --measured`."""
    from sparely_toolkit.package.profile import profile as measure

    print(json.dumps(measure(artifact.resolve(), requests=requests, runs=runs), indent=2))
