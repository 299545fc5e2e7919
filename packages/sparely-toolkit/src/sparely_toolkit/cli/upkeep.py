"""`sparely upgrade`, `unpack`, `lock`, `audit` and `docs`: what the service depends on, and its pages."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from sparely_toolkit.cli.application import app, project_of, require_writable
from sparely_toolkit.cli.progress import step
from sparely_toolkit.project import NoProject, Project


@app.command()
def upgrade(
    context: typer.Context,
    wheels: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="A newer clone of sparely, or a folder of newer wheels; may be repeated."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also with changes that are not committed, or to an older version.")
    ] = False,
    continued: Annotated[bool, typer.Option("--continued", hidden=True)] = False,
) -> None:
    """Replace sparely's packages by newer ones; lock, carry over, write anew, test, and say what the template lacks."""
    from sparely_toolkit.upkeep import upgrading

    project = project_of(context)
    if continued:
        upgrading.follow(project, print)
        return
    if not wheels:
        raise typer.BadParameter("Name the folder of the newer wheels: make upgrade WHEELS=DIR, or --wheels DIR.")
    with step("Replacing and locking the packages"):
        replaced = upgrading.upgrade(project, [folder.resolve() for folder in wheels], force=force)
    if not replaced and not force:
        print("vendor/ has these wheels already.")
        return
    for each in replaced:
        print(each)
    sys.stdout.flush()
    raise typer.Exit(upgrading.continue_by_newer(project))


@app.command()
def unpack(
    context: typer.Context,
    undo: Annotated[
        bool, typer.Option("--undo", help="Remove the sources, and take the wheels of vendor/ again.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="With --undo: also sources that are changed and not committed.")
    ] = False,
) -> None:
    """Put the sources of sparely's packages into packages/, and run, test and ship what lies there."""
    from sparely_toolkit.upkeep import unpacking

    project = project_of(context)
    if undo:
        unpacking.undo(project, force=force)
        print("The packages are those of vendor/.")
        return
    names = unpacking.unpack(project)
    print(f"In packages/, from where they run and ship: {', '.join(names)}.")


@app.command()
def lock(
    context: typer.Context,
    upgrade: Annotated[bool, typer.Option("--upgrade", help="Move everything to its newest version.")] = False,
    upgrade_package: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Move this to its newest version; may be repeated.")
    ] = None,
) -> None:
    """Compile requirements/*.in, after a change by hand or to newer versions; what is not named stays as it is."""
    from uv import find_uv_bin

    from sparely_toolkit.upkeep.locks import lock as compile_all
    from sparely_toolkit.upkeep.locks import require_locked, upgrade_of

    project = project_of(context)
    require_locked(project.root, upgrade_package or [])
    require_writable(project.requirements)
    arguments = [*(["--upgrade"] if upgrade else []), *upgrade_of(upgrade_package or [])]
    with step("Locking the requirements"):
        locks = compile_all(project.root, find_uv_bin(), *arguments)
    print(f"Locked: {', '.join(str(each.relative_to(project.root)) for each in locks)}.")


@app.command()
def audit(
    context: typer.Context,
    ignore: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="An advisory that does not concern this service; may be repeated."),
    ] = None,
) -> None:
    """Ask the advisory database about everything that is locked; ends with 1 for a known weakness."""
    from sparely_toolkit.upkeep.advisories import WeakRequirements, locks_of
    from sparely_toolkit.upkeep.advisories import audit as ask

    locks = locks_of(project_of(context).root)
    with step("Asking about everything that is locked"):
        weaknesses = ask(locks, ignore or ())
    for weakness in weaknesses:
        print(weakness)
    if weaknesses:
        raise WeakRequirements(len(weaknesses))
    print(
        "No weakness is known in what is locked; sparely's own packages are in no registry, and were not asked about."
    )


@app.command()
def docs(
    context: typer.Context,
    page: Annotated[
        str | None, typer.Argument(metavar="PAGE", help="The page; without one, the pages are listed.")
    ] = None,
    path: Annotated[
        bool, typer.Option("--path", help="Print where the page lies, for an editor or a browser.")
    ] = False,
) -> None:
    """Show a page of the documentation that comes with this version, or list the pages."""
    from sparely_toolkit.upkeep.pages import page as find
    from sparely_toolkit.upkeep.pages import text_for, titles

    if page is None:
        for name, title in titles().items():
            print(f"{name:18} {title}")
        return
    file = find(page)
    if path:
        print(file)
        return
    text = text_for(file, _service(context))
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        console = Console()
        with console.pager(styles=True):
            console.print(Markdown(text))
    else:
        print(text, end="")


def _service(context: typer.Context) -> Project | None:
    """The service that a page is read in; pages are read outside of one too."""
    try:
        return project_of(context)
    except NoProject:
        if context.obj is not None:
            raise
        return None
