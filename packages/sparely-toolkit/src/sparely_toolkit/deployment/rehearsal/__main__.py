"""
`python -m sparely_toolkit.deployment.rehearsal`: play the rollout of the built package here.

Exit status: 0 promoted, 1 rolled back, 2 nothing could be played.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from sparely_toolkit.deployment.configuration import BUILT_TEMPLATE, PROJECT, DeploymentProblem, read_environment
from sparely_toolkit.deployment.rehearsal.bad_versions import BAD_VERSIONS, make
from sparely_toolkit.deployment.rehearsal.outcome import Outcome, table
from sparely_toolkit.deployment.rehearsal.picture import draw
from sparely_toolkit.deployment.rehearsal.plan import read_plan
from sparely_toolkit.deployment.rehearsal.server import serving
from sparely_toolkit.deployment.rehearsal.stage import Rehearsal

FUNCTION = "PredictFunction"


def rehearse(given: argparse.Namespace, new: Path, name: str) -> Outcome:
    """Play one rollout and leave its JSON and its picture in the output folder."""
    plan = read_plan(BUILT_TEMPLATE, read_environment(PROJECT / "samconfig.toml", given.config_env), given.rollout)
    print(f"\n{name}: {plan.rollout}, a minute lasts {given.minute_s:g} s", flush=True)
    given.output.mkdir(parents=True, exist_ok=True)
    stem = name.replace(" %", "").replace(" ", "-")
    with serving(given.live, new, given.config_env, given.output / f"{stem}.log") as server:
        rehearsal = Rehearsal(
            plan, server, minute_s=given.minute_s, at_least=given.at_least, tell=lambda line: print(line, flush=True)
        )
        outcome = asyncio.run(rehearsal.play())
    print(outcome.summary(), flush=True)
    (given.output / f"{stem}.json").write_text(json.dumps(outcome.document(), indent=2) + "\n", encoding="utf-8")
    (given.output / f"{stem}.svg").write_text(draw(outcome, name), encoding="utf-8")
    return outcome


def rehearse_bad(given: argparse.Namespace, kind: str) -> Outcome:
    """Play the rollout of a package that is made bad."""
    with tempfile.TemporaryDirectory() as folder:
        return rehearse(given, make(kind, BUILT_TEMPLATE.parent / FUNCTION, Path(folder)), kind)


def rehearse_all(given: argparse.Namespace) -> int:
    """Play the good version and every bad one, and print the table of docs/operations.md."""
    rows = [("the built package", rehearse(given, given.new, "the built package"))]
    rows += [(kind, rehearse_bad(given, kind)) for kind in BAD_VERSIONS]
    print(f"\n{table(rows)}")
    as_it_should = rows[0][1].promoted and not any(outcome.promoted for _, outcome in rows[1:])
    return 0 if as_it_should and not any(outcome.failed_elsewhere for _, outcome in rows) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sparely_toolkit.deployment.rehearsal", description="Play a rollout here.")
    parser.add_argument("--config-env", default="prod", help="environment of samconfig.toml")
    parser.add_argument("--rollout", help="instead of the environment's own")
    parser.add_argument("--live", type=Path, default=BUILT_TEMPLATE, help="built template of what is live now")
    parser.add_argument("--new", type=Path, default=BUILT_TEMPLATE, help="built template of the new version")
    parser.add_argument("--minute-s", type=float, default=2.0, help="seconds that a minute lasts here")
    parser.add_argument("--at-least", type=int, default=0, help="requests that callers send in all")
    parser.add_argument("--output", type=Path, default=PROJECT / ".rehearsal", help="folder for JSON, picture and log")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--bad", choices=BAD_VERSIONS, help="make the new version bad in this way")
    chosen.add_argument("--all", action="store_true", help="the package, then every bad version; prints the table")
    return parser


def main() -> int:
    given = _parser().parse_args()
    try:
        if given.all:
            return rehearse_all(given)
        outcome = rehearse_bad(given, given.bad) if given.bad else rehearse(given, given.new, "the built package")
    except DeploymentProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0 if outcome.promoted else 1


if __name__ == "__main__":
    sys.exit(main())
