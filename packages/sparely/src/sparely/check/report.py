"""The verdict, told to all who wait for it: the log, CodeDeploy, and those who watch the topic when it failed."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from sparely.check.verdict import Verdict

LONGEST_SUBJECT = 100  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
LISTED_FINDINGS = 20

logger = logging.getLogger("deployment-check")
logger.setLevel(logging.INFO)


def summary(check: str, version: str, verdict: Verdict) -> str:
    """One line for people."""
    if verdict.passed:
        return f"{check}: {version} may serve: {verdict.extent}."
    more = f" (and {len(verdict.findings) - 1} more)" if len(verdict.findings) > 1 else ""
    return f"{check}: {version} is refused: {verdict.findings[0]}{more}."


def write_log(check: str, version: str, verdict: Verdict) -> None:
    """Write the summary, then every finding, then the figures: what a person reads in this order."""
    logger.log(logging.INFO if verdict.passed else logging.ERROR, summary(check, version, verdict))
    for finding in verdict.findings:
        logger.error(finding)
    if verdict.figures:
        logger.info(json.dumps(verdict.figures))


def tell_code_deploy(client: Any, event: Mapping[str, Any], verdict: Verdict) -> None:
    """
    End the deployment's wait; without this it would last an hour.

    CodeDeploy takes a status and no reason: the reason is in the log and in the topic's message.
    """
    client.put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="Succeeded" if verdict.passed else "Failed",
    )


def stop(client: Any, deployment: str) -> None:
    """Have CodeDeploy end a deployment at once and give the alias back: it waits for no alarm."""
    client.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)


def tell_topic(client: Any, topic: str, event: Mapping[str, Any], check: str, version: str, verdict: Verdict) -> None:
    """Publish why a deployment is stopped; CodeDeploy's own messages of the same topic name it, without a reason."""
    deployment = str(event["DeploymentId"])
    subject = f"Deployment {deployment} stopped: {check} failed"
    publish(client, topic, subject, summary(check, version, verdict), verdict.findings)


def publish(client: Any, topic: str, subject: str, first: str, findings: Sequence[str]) -> None:
    """Send a sentence and a list of what was found to whom the topic tells."""
    lines = [first, "", *(f"- {each}" for each in findings[:LISTED_FINDINGS])]
    client.publish(TopicArn=topic, Subject=subject[:LONGEST_SUBJECT], Message="\n".join(lines))
