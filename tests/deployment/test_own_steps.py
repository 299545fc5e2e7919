"""A business rule in app.py that changes golden answers: refused by the check, deployed after `make golden`."""

import json
import subprocess

import pytest

from tests.conftest import user_environment
from tests.deployment.conftest import BakeNamed, Deployed, MockAws

pytestmark = pytest.mark.soak  # three builds and deployments; packages/sparely/tests/check has the sample

RULE = """\


@service.after
def cap(request: Request, answer: Answer) -> Answer:
    \"\"\"No probability above 0.8.\"\"\"
    if not request.route.startswith("POST /predict/"):
        return answer
    predictions = {
        model: [
            {**row, "probabilities": {label: min(each, 0.8) for label, each in row["probabilities"].items()}}
            if "probabilities" in row
            else row
            for row in rows
        ]
        for model, rows in answer.document["predictions"].items()
    }
    return answer._replace(document={**answer.document, "predictions": predictions})
"""
CAPPED = (
    "clinic/high-risk, POST /predict/{area}/{model}: predictions[2].probabilities.usual is 0.8; expected 0.968920023"
)
MEANT = "/v2 is right, so the code around the model changes that: if it is meant, run `make golden`"


@pytest.fixture(scope="module")
def capped(aws: MockAws, bake_named: BakeNamed) -> Deployed:
    """A service whose second deployment has a rule, and whose third knows what it changes."""
    service = Deployed(aws, bake_named("capped", "http-iam"))
    service.deploy("first")
    app = service.folder / "src" / "handler" / "app.py"
    text = app.read_text("utf-8").replace("import Service", "import Answer, Request, Service")
    app.write_text(f"{text}{RULE}", "utf-8")
    for step in ("unmeant", "meant"):
        if step == "meant":
            service.printed["golden"] = service.run("make", "golden", "ARGS=--yes")
        service.deploy(step)
        service.play_code_deploy(step, "CheckNewVersion")
    return service


def test_a_rule_that_changes_golden_answers_is_refused(capped: Deployed) -> None:
    """With the sentence of what to do; the models without probabilities are not named."""
    findings = capped.verdicts["unmeant"]["findings"]

    assert findings[0] == f"{CAPPED}; {MEANT}"
    assert {finding.partition(",")[0] for finding in findings} == {"clinic/high-risk", "winery/cultivar"}
    assert capped.statuses["unmeant"] == "Failed"


def test_it_is_shown_row_by_row(capped: Deployed) -> None:
    """Model, row, golden answer and what callers get."""
    assert "clinic/high-risk │ 2" in capped.printed["golden"]
    assert capped.printed["golden"].endswith("Written: src/models/golden-service.json.\n")


def test_it_is_deployed_once_it_is_written(capped: Deployed) -> None:
    """The same package of the function but for the file, and the check knows what callers get."""
    assert capped.verdicts["meant"] == {**capped.verdicts["meant"], "passed": True, "findings": []}
    assert capped.statuses["meant"] == "Succeeded"


def test_a_rollout_of_it_is_rehearsed(capped: Deployed) -> None:
    """Promoted as it is written; refused by a rule that is not."""
    app = capped.folder / "src" / "handler" / "app.py"
    outcomes = []
    for highest in ("0.8", "0.7"):
        app.write_text(app.read_text("utf-8").replace("0.8)", f"{highest})"), "utf-8")
        subprocess.run(["make", "rehearse"], cwd=capped.folder, env=user_environment(), check=False)
        file = capped.folder / "reports" / "rehearsal" / "the-built-package.json"
        outcomes.append(json.loads(file.read_text("utf-8")))

    assert [each["ending"] for each in outcomes] == ["promoted", "refused before traffic"]
    assert "make golden" in outcomes[1]["reason"]
