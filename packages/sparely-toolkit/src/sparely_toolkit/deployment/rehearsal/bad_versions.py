"""Ways for a new version to be bad, each a copy of the package with another entry point around the right one."""

import shutil
from pathlib import Path

# `caller` tells callers' requests from golden ones: what golden rows do not show is what alarms are for. What comes by
# chance or with time meets the rows too that are asked while traffic moves, but not the check before it.
_WRAPPER = '''"""A bad version for rehearsals."""

import json
import random
import time

from handler.right import lambda_handler as answer_right
from sparely.handler import routes

kept = []


def wrong(value):
    """Whatever kind of model gave it: no number, word or truth in it stays."""
    if isinstance(value, dict):
        return {name: wrong(each) for name, each in value.items()}
    if isinstance(value, list):
        return [wrong(each) for each in value]
    if isinstance(value, bool):
        return not value
    return value + 1 + abs(value) if isinstance(value, int | float) else f"{value}?"


def lambda_handler(event, context):
    agent = str((event.get("headers") or {}).get("user-agent"))
    caller = not agent.startswith("deployment-")
    in_traffic = agent != "deployment-check"
{fault}
    return answer_right(event, context)
'''

_FAULTS = {
    "wrong predictions": """\
    answer = answer_right(event, context)
    if answer["statusCode"] == 200 and "/predict/" in (event.get("rawPath") or event.get("path") or ""):
        document = json.loads(answer["body"])
        kept = {"versions": document["versions"]} if "versions" in document else {}
        return {**answer, "body": json.dumps({**wrong(document), **kept})}
    return answer
""",
    "slow on 5 % of callers": """\
    if in_traffic and random.random() < 0.05:
        time.sleep(1.5)
""",
    "failing on 2 % of callers": """\
    if caller and random.random() < 0.02:
        raise RuntimeError("a value that no golden row has")
""",
    "answering 500 to 2 % of callers": """\
    if caller and random.random() < 0.02:
        read, routes.read_json = routes.read_json, None  # what nobody foresees: the last resort answers
        try:
            return answer_right(event, context)
        finally:
            routes.read_json = read
""",
    "memory hog": """\
    if in_traffic:
        kept.append(b"x" * 40_000_000)
""",
    "init failure": "",
}
BAD_VERSIONS = tuple(_FAULTS)


def make(kind: str, artifact: Path, folder: Path) -> Path:
    """
    Copy a built package into `folder` and make it bad.

    Raises:
        KeyError: there is no such kind.
    """
    fault = _FAULTS[kind]
    bad = folder / "package"
    shutil.copytree(artifact, bad)
    entry = bad / "handler" / "app.py"
    entry.rename(entry.with_name("right.py"))
    # Bytecode of the renamed module is not checked against its source, by the package's own choice.
    for compiled in (bad / "handler" / "__pycache__").glob("app.*.pyc"):
        compiled.unlink()
    text = 'raise RuntimeError("this version does not start")\n' if kind == "init failure" else _WRAPPER
    entry.write_text(text.replace("{fault}", fault.rstrip("\n")), encoding="utf-8")
    return bad
