"""
`python -m benchmarks.safety_net`: what the net says of an owner's own code before `make golden`, and after it.

Each case is a service with other own code in app.py, built, and asked by what stands between a change and callers: the
check of a new version, smoke's check of the alias, the load test, and the rehearsal of a rollout. `score` has no row.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

from benchmarks.results import circumstances_line
from sparely.bundle import read_bundles, read_golden_service
from sparely.check.verdict import Verdict
from sparely_toolkit import names
from sparely_toolkit.contract.description import payload_of
from sparely_toolkit.contract.regenerate import regenerate
from sparely_toolkit.deployment.rehearsal import check, plan, rehearse
from sparely_toolkit.deployment.rehearsal.server import serving
from sparely_toolkit.loadtest.load import Load, NotKept, run_load
from sparely_toolkit.local import intrinsics
from sparely_toolkit.local import serving as local
from sparely_toolkit.models.golden_service import ask_each, text_of
from sparely_toolkit.package.sam_build import ensure_built
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage, read_stage
from sparely_toolkit.testing.asking import invoker, sender
from tests.support.services import OWN, built

STAGE = "prod"
ROLLOUT = "AllAtOnce"
SHAPE = "smoke"
USERS = 6
"""Fewer than the environments that the local service has at once, so that nobody is throttled on a busy machine."""
MINUTE_S = 1.0
PASSES = "passes"
APP = """\
\"\"\"Where requests come in.\"\"\"

from typing import Any

from sparely import Answer, Request, Service

service = Service(__file__)
lambda_handler = service


def changed(answer: Answer, change: Any) -> Answer:
    \"\"\"Each prediction as a rule has it.\"\"\"
    if "predictions" not in (answer.document or {}):
        return answer
    models = {name: [change(row) for row in rows] for name, rows in answer.document["predictions"].items()}
    return answer._replace(document={**answer.document, "predictions": models})
"""
CASES = {
    "cap of a probability": """

def cap(row: dict[str, Any]) -> dict[str, Any]:
    chances = row.get("probabilities", {})
    return {**row, **({"probabilities": {name: min(each, 0.8) for name, each in chances.items()}} if chances else {})}


@service.after
def capped(request: Request, answer: Answer) -> Answer:
    \"\"\"Nobody is surer than 80 %.\"\"\"
    return changed(answer, cap)
""",
    "look-up with a default": """

@service.before
def with_glucose(request: Request) -> Request:
    \"\"\"Who sends no glu has what a table says; for golden rows, and where it says nothing, the default.\"\"\"
    if request.parameters.get("area") != "clinic" or not request.route.startswith("POST /predict"):
        return request
    known = {} if request.is_golden else {"27.7": 124}
    document = request.document
    rows = [
        {**row, "glu": known.get(str(row.get("bmi")), 90)} if row.get("glu") is None else row
        for row in document["instances"]
    ]
    return request.with_document({**document, "instances": rows})
""",
    "own route": """

@service.route("GET /segments", response={"type": "array", "items": {"type": "string"}})
def segments(request: Request) -> list[str]:
    \"\"\"Which segments there are.\"\"\"
    return ["gold", "silver"]
""",
    "renamed output": """

def rename(row: dict[str, Any]) -> dict[str, Any]:
    return {{"value": "amount"}.get(name, name): each for name, each in row.items()}


@service.after
def renamed(request: Request, answer: Answer) -> Answer:
    \"\"\"A number is an amount here.\"\"\"
    return changed(answer, rename)
""",
}
"""What an owner adds to app.py."""

Package = Callable[[Project], Path]
"""Builds a service; gives the built template."""


class Rollout(NamedTuple):
    """A service whose new version is asked, in a folder for what is left; `live` and `new` are built templates."""

    project: Project
    stage: Stage
    live: Path
    new: Path
    folder: Path


def _checked(rollout: Rollout, judge: Callable[..., Verdict], share: float) -> str:
    """What a check says of the new version, with its first finding."""
    project, stage, live, new, folder = rollout
    with serving(project, stage, live, new, folder / "check.log") as server:
        server.route(share)
        verdict = judge(plan.read_plan(new, stage, ROLLOUT), server)
    if verdict.passed:
        return PASSES
    return f"refuses it, {len(verdict.findings)} findings, the first: {verdict.findings[0]}"


def _loaded(rollout: Rollout) -> str:
    """What a load test says of the answers; latencies are this machine's affair."""
    project = rollout.project
    thresholds = rollout.folder / "thresholds.toml"
    thresholds.write_text(f"[{SHAPE}]\nfailed_percent = 0.0\n", "utf-8")
    load = Load(
        shape=SHAPE,
        stage=STAGE,
        output=rollout.folder,
        models=project.models,
        thresholds=thresholds,
        template=rollout.new,
        rate=USERS,
        pace=3,
    )
    try:
        run_load(project, load)
    except NotKept as broken:
        return f"refuses it: {broken}"
    return PASSES


def _rehearsed(rollout: Rollout) -> str:
    project, stage, live, new, folder = rollout
    setting = rehearse.Setting(project, stage, folder, ROLLOUT, live, new, MINUTE_S)
    outcome = rehearse.rehearse(setting)
    return PASSES if outcome.promoted else f"{outcome.document()['ending']}: {outcome.document()['reason']}"


ASKED: Mapping[str, Callable[[Rollout], str]] = {
    "check": lambda rollout: _checked(rollout, check.before_traffic, 0.0),
    "smoke": lambda rollout: _checked(rollout, check.after_traffic, 1.0),
    "load": _loaded,
    "rehearse": _rehearsed,
}


class Said(NamedTuple):
    """What was said of a case, before and after `make golden`."""

    case: str
    by: str
    before: str
    after: str


def play(cases: Sequence[str], asked: Sequence[str], package: Package, service: Project) -> Iterator[Said]:
    """
    Ask about each case, in a copy of the service.

    Args:
        package: builds a copy, and gives its template.
    """
    with tempfile.TemporaryDirectory() as scratch:
        plain = _copy(service, Path(scratch) / "plain")
        live = package(plain)
        for number, case in enumerate(cases):
            project = _copy(service, Path(scratch) / f"case-{number}")
            project.source.joinpath("handler", "app.py").write_text(APP + CASES[case], "utf-8")
            regenerate(project)
            stage, folder = read_stage(project.samconfig, STAGE), Path(scratch) / f"said-{number}"
            folder.mkdir()
            before, after = (
                {each: ASKED[each](Rollout(project, stage, live, new, folder)) for each in asked}
                for new in _before_and_after(project, package, folder)
            )
            yield from (Said(case, each, before[each], after[each]) for each in asked)


def _before_and_after(project: Project, package: Package, folder: Path) -> Iterator[Path]:
    """The built templates: as it is, and once golden-service.json has what `make golden` writes."""
    new = package(project)
    yield new
    payload = payload_of(intrinsics.read(project.template))
    with local.serving(new, folder / "golden.log", "--no-auth", "--golden", project=project) as server:
        invoke = invoker(sender(server.url), names.FUNCTION)
        text = text_of(ask_each(read_bundles(project.models), read_golden_service(project.models), invoke, payload))
    if text:
        project.golden_service.write_text(text, "utf-8")
    yield package(project)


def _copy(service: Project, root: Path) -> Project:
    shutil.copytree(service.root, root, symlinks=True, ignore=shutil.ignore_patterns(*OWN - {".venv"}, "__pycache__"))
    return Project(root)


def build(project: Project) -> Path:
    """As `make build` does."""
    ensure_built(project)
    return project.built_template


def table(said: Sequence[Said]) -> str:
    """A row a case and a means of the net, in Markdown; below it what each refusal says first."""
    rows = [(each.case, each.by, *(words.partition(":")[0].partition(",")[0] for words in each[2:])) for each in said]
    titles = ("own code", "asked", "before `make golden`", "after")
    lines = [f"| {' | '.join(cells)} |" for cells in (titles, ("---",) * len(titles), *rows)]
    refusals = [f"{each.case}, {each.by}: {words}" for each in said for words in each[2:] if words != PASSES]
    return "\n".join([*lines, "", *(f"- {each}" for each in refusals)])


def main() -> int:
    """Print the table; 1 where something is refused though it was written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.safety_net", description=__doc__)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=[*CASES])
    parser.add_argument("--asked", nargs="+", choices=ASKED, default=[*ASKED])
    options = parser.parse_args()
    with redirect_stdout(sys.stderr):  # what load and rehearsal print on their way
        said = [*play(options.cases, options.asked, build, built())]
    print(f"{table(said)}\n\n{circumstances_line()}, by `python -m benchmarks.safety_net`.")
    return 1 if any(each.after != PASSES for each in said) else 0


if __name__ == "__main__":
    sys.exit(main())
