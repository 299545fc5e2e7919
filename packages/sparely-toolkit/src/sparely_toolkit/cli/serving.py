"""`sparely run`: the built package on this machine, without Docker."""

import contextlib
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from sparely_toolkit.cli.application import DEFAULT_STAGE, StageOption, app, from_zero, only_built, project_of
from sparely_toolkit.cli.first import build_first
from sparely_toolkit.project import NoProject, Project

_BUILD_COMMAND = "sparely build"

TemplateOption = Annotated[
    Path | None,
    typer.Option(
        "--template", metavar="FILE", callback=only_built, help="Another built template; nothing is built then."
    ),
]
NoBuildOption = Annotated[bool, typer.Option("--no-build", help="Take the package as it was built last.")]
OverridesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter-overrides", metavar="NAME=VALUE", help="As for sam, over those of samconfig.toml; may be repeated."
    ),
]
MemoryLimitOption = Annotated[
    Literal["auto", "cgroup", "watch"],
    typer.Option(
        metavar="auto|cgroup|watch",
        help="Who keeps MemorySize: the kernel, or this process by looking; auto takes the first that works.",
    ),
]


@app.command()
def run(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(envvar="PORT", metavar="N", min=0, max=65535, help="The port to listen on; 0 takes a free one."),
    ] = 3000,
    stage: StageOption = DEFAULT_STAGE,
    template: TemplateOption = None,
    no_build: NoBuildOption = False,
    concurrency: Annotated[
        int, typer.Option(metavar="N", min=1, help="Invocations at once, unless the template reserves some.")
    ] = 10,
    idle_minutes: Annotated[
        float,
        typer.Option(metavar="N", callback=from_zero, help="How long an execution environment waits for work."),
    ] = 10.0,
    second: Annotated[
        Path | None,
        typer.Option(
            "--with",
            metavar="PATH",
            callback=only_built,
            help="A second version: a built template, or the folder of an artifact.",
        ),
    ] = None,
    weight: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            min=0,
            max=1,
            callback=from_zero,  # min and max let nan pass
            help="The second version's share of requests; PUT /-/weights changes it.",
        ),
    ] = 0.0,
    memory_limit: MemoryLimitOption = "auto",
    enforce_auth: Annotated[bool, typer.Option("--enforce-auth", help="Check SigV4 signatures too.")] = False,
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Check neither keys nor tokens nor signatures.")] = False,
    jwks: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Public keys of the tokens' issuer, instead of the local one's."),
    ] = None,
    enforce_throttling: Annotated[
        bool, typer.Option("--enforce-throttling", help="Keep the request rates of the API's routes.")
    ] = False,
    golden: Annotated[
        bool, typer.Option("--golden", help="Let own steps take the defaults of what they look up, as checks do.")
    ] = False,
    parameter_overrides: OverridesOption = None,
    reload: Annotated[
        bool | None,
        typer.Option(
            "--reload/--no-reload",
            help="Build and replace when a file changes, without losing a request; otherwise where it builds at all.",
        ),
    ] = None,
    build_command: Annotated[str, typer.Option(metavar="COMMAND", help="What builds after a change.")] = _BUILD_COMMAND,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print failures only.")] = False,
) -> None:
    """Serve the built package as API Gateway and Lambda would, until stopped."""
    from sparely_toolkit.local import server
    from sparely_toolkit.local.access import AccessOptions
    from sparely_toolkit.local.issuer import LocalIssuer
    from sparely_toolkit.local.reload import Source
    from sparely_toolkit.local.service import Options
    from sparely_toolkit.local.settings import Deployment
    from sparely_toolkit.local.stage import local_stage
    from sparely_toolkit.local.template import read as read_template
    from sparely_toolkit.local.template import read_built
    from sparely_toolkit.package.trial import Trials

    project = project_or_folder(context, template)
    parameters = overrides_of(parameter_overrides)
    trials = Trials(project)

    def read() -> Deployment:
        return read_built(project, stage, template=template, overrides=parameters)

    def attempt() -> tuple[Deployment, str] | None:
        trial = trials.build() if template is None else None
        if trial is None:
            return None
        deployment = read_template(project.template, local_stage(project, stage, parameters))
        return replace(deployment, function=replace(deployment.function, artifact=trial.artifact)), f"{trial}"

    def first() -> tuple[Deployment, str]:
        trial = attempt()
        if trial is None:
            build_first(project)
        return trial or (read(), "")

    builds = template is None and not no_build
    source = Source(project, _build_command(project, build_command), read, attempt)
    with contextlib.closing(trials):
        deployment, notice = source.build_first(first, _say) if builds else (read(), "")
        if notice:
            print(notice, file=sys.stderr)
        server.serve(
            deployment,
            Options(
                host=host,
                port=port,
                concurrency=concurrency,
                idle_s=idle_minutes * 60,
                memory=memory_limit,
                contract=project.openapi,
                issuer=LocalIssuer.of_service(project),
                access=AccessOptions(
                    off=no_auth,
                    signatures=enforce_auth,
                    jwks=jwks,
                    token=_in_common(stage, template, parameter_overrides),
                ),
                throttle_routes=enforce_throttling,
                golden=golden,
            ),
            second=None if second is None else server.SecondVersion(second, weight),
            source=source if (builds if reload is None else reload) else None,
            quiet=quiet,
        )


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _in_common(stage: str, template: Path | None, overrides: list[str] | None) -> str:
    """The options by which `sparely run` and `sparely token` mean the same issuer and audience."""
    options = [] if stage == DEFAULT_STAGE else ["--stage", stage]
    options += ["--template", str(template)] if template else []
    return shlex.join([*options, *(part for each in overrides or [] for part in ("--parameter-overrides", each))])


def project_or_folder(context: typer.Context, template: Path | None) -> Project:
    """The service, or the folder of a built template that lies outside of one: it has no settings of its own then."""
    try:
        return project_of(context)
    except NoProject:
        if template is None:
            raise
        return Project(template.resolve().parent)


def overrides_of(options: list[str] | None) -> dict[str, str]:
    """Read what `--parameter-overrides` was given; raises BadParameter where it is no NAME=VALUE."""
    from sparely_toolkit.samconfig import UnreadableSamconfig, overrides

    try:
        return overrides(options or [])
    except UnreadableSamconfig:
        raise typer.BadParameter(f"--parameter-overrides takes NAME=VALUE, not {' '.join(options or [])}") from None


def _build_command(project: Project, command: str) -> list[str]:
    if command == _BUILD_COMMAND:
        return [sys.executable, "-m", "sparely_toolkit", "--service", str(project.root), "build"]
    return shlex.split(command)
