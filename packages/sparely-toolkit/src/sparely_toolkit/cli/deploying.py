"""`sparely rehearse`, `deploy`, `smoke`, `rollback` and `doctor`: the way to AWS, and back."""

from pathlib import Path
from typing import Annotated

import typer

from sparely_toolkit.cli.application import (
    DEFAULT_STAGE,
    StageOption,
    above_zero,
    app,
    as_called,
    from_zero,
    only_built,
    project_of,
)
from sparely_toolkit.cli.first import build_first, image_first
from sparely_toolkit.deployment.rehearsal.bad_versions import BAD_VERSIONS
from sparely_toolkit.problems import ExitCode

_KINDS = ", ".join(f'"{kind}"' for kind in BAD_VERSIONS)


def _kind(given: str | None) -> str | None:
    """The kind of bad version that is meant, by its beginning, or by what it alone holds."""
    if given is None:
        return None
    kinds = [kind for kind in BAD_VERSIONS if kind.startswith(given.lower())] or [
        kind for kind in BAD_VERSIONS if given.lower() in kind
    ]
    if not given or len(kinds) != 1:
        found = f"fits {len(kinds)} kinds" if kinds else "is no kind"
        raise typer.BadParameter(f'--bad "{given}" {found} of bad version; name one, or a part of its name: {_KINDS}.')
    return kinds[0]


def _rollout(given: str | None) -> str | None:
    """A rollout that CodeDeploy has."""
    if given is not None:
        from sparely_toolkit.deployment.rollouts import steps

        steps(given)
    return given


@app.command()
def rehearse(
    context: typer.Context,
    stage: StageOption = "prod",
    rollout: Annotated[
        str | None, typer.Option(metavar="NAME", callback=_rollout, help="Instead of the stage's own.")
    ] = None,
    live: Annotated[
        Path | None, typer.Option(metavar="FILE", callback=only_built, help="Built template of what is live now.")
    ] = None,
    new: Annotated[
        Path | None, typer.Option(metavar="FILE", callback=only_built, help="Built template of the new version.")
    ] = None,
    bad: Annotated[
        str | None,
        typer.Option(
            metavar="KIND", callback=_kind, help=f"Make the new version bad: {_KINDS}; a part of its name is enough."
        ),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="The package, then every bad version; prints a table.")] = False,
    minute_s: Annotated[
        float, typer.Option(metavar="SECONDS", callback=above_zero, help="How long a minute lasts here.")
    ] = 2.0,
    at_least: Annotated[int, typer.Option(min=0, metavar="N", help="Requests that callers send in all.")] = 0,
    requests_a_minute: Annotated[
        float | None,
        typer.Option(
            metavar="N", callback=above_zero, help="Requests a minute of the service's own callers; otherwise many."
        ),
    ] = None,
    ask_while_shifting: Annotated[
        bool, typer.Option("--ask-while-shifting", help="Ask golden rows meanwhile, whatever the stage says of it.")
    ] = False,
    delay: Annotated[
        float, typer.Option(metavar="MINUTES", callback=from_zero, help="What CloudWatch takes to see a minute.")
    ] = 1.0,
    ringing: Annotated[
        str | None, typer.Option(metavar="ALARM", help="An alarm that rings before the rollout begins.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="For JSON, picture and log; otherwise reports/rehearsal.")
    ] = None,
) -> None:
    """Play the rollout of the built package here, under load; ends with 1 when it is not promoted, or a bad one is."""
    from sparely_toolkit.deployment.aws import stage_of
    from sparely_toolkit.deployment.rehearsal.rehearse import (
        Setting,
        rehearse_all,
        rehearse_bad,
        require_promoted,
        tell_bad,
    )
    from sparely_toolkit.deployment.rehearsal.rehearse import rehearse as play

    if bad is not None and all_:
        raise typer.BadParameter("--all plays every bad version; leave --bad out.")
    project = project_of(context)
    chosen = stage_of(project, stage)
    build_first(project)
    setting = Setting(
        project=project,
        stage=chosen,
        output=output or project.reports / "rehearsal",
        rollout=rollout,
        live=live,
        new=new,
        minute_s=minute_s,
        at_least=at_least,
        requests_a_minute=requests_a_minute,
        delay=delay,
        ringing=ringing,
        asks=ask_while_shifting,
    )
    if all_:
        print(f"\n{rehearse_all(setting)}")
    elif bad is not None:
        tell_bad(rehearse_bad(setting, bad))
    else:
        require_promoted(play(setting))


@app.command()
def deploy(context: typer.Context, stage: StageOption = DEFAULT_STAGE) -> None:
    """Build what has changed and deploy it; a first deployment is checked, later ones CodeDeploy checks."""
    from sparely_toolkit.deployment.aws import asking, require_region, stage_of
    from sparely_toolkit.deployment.deploy import deploy as release
    from sparely_toolkit.deployment.deploy import require_ready
    from sparely_toolkit.package.package_type import is_image

    project = project_of(context)
    chosen = stage_of(project, stage)
    require_region(project, chosen)
    with asking(project, chosen):
        require_ready(project, chosen)
        build_first(project)
        release(project, chosen, image_first(project) if is_image(project.template) else None)


@app.command()
def smoke(context: typer.Context, stage: StageOption = DEFAULT_STAGE) -> None:
    """Ask the deployed service for every model's golden answers; ends with 1 when one is wrong."""
    from sparely_toolkit.deployment.aws import asking, require_region, stage_of
    from sparely_toolkit.deployment.smoke import smoke as check

    project = project_of(context)
    chosen = stage_of(project, stage)
    require_region(project, chosen)
    with asking(project, chosen):
        print(check(chosen))


@app.command()
def rollback(
    context: typer.Context,
    stage: StageOption = DEFAULT_STAGE,
    to: Annotated[
        str | None, typer.Option(metavar="N", help="The version to go to; otherwise the one that served before.")
    ] = None,
) -> None:
    """Put the alias back to the version that served before, at once and for all traffic."""
    from sparely_toolkit.deployment.aws import asking, require_region, session, stage_of
    from sparely_toolkit.deployment.rollback import rollback as go_back

    project = project_of(context)
    chosen = stage_of(project, stage)
    require_region(project, chosen)
    with asking(project, chosen):
        print(go_back(session(chosen), chosen, to))


@app.command()
def doctor(context: typer.Context, stage: StageOption = DEFAULT_STAGE) -> None:
    """Look at this machine, models, template.yaml and AWS account, and say what to do; a problem ends with 4 or 1."""
    from sparely_toolkit.deployment.doctor.checks import findings
    from sparely_toolkit.deployment.doctor.finding import PROBLEM, summary

    seen = []
    for finding in findings(project_of(context), stage):
        print(as_called(f"{finding}"), flush=True)
        seen.append(finding)
    print(summary(seen))
    problems = [finding for finding in seen if finding.state == PROBLEM]
    if problems:
        raise typer.Exit(ExitCode.AWS if any(finding.of_aws for finding in problems) else ExitCode.NO)
