"""The entry points that template.yaml names; CodeDeploy invokes each once a deployment."""

import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from sparely.bundle import Bundle, read_bundles
from sparely.check import report
from sparely.check.settings import Settings, read_settings
from sparely.check.shift import ask_while_shifting
from sparely.check.target import Target, patience_ms
from sparely.check.verdict import Verdict, check_alias, check_new_version

MODELS = Path(__file__).resolve().parents[2] / "models"
"""Beside the package `sparely` in what is built for the checks."""
SHIFTING = "AskWhileShifting"
"""What the event has by which this function invokes itself: the deployment's id."""

Check = Callable[[Settings, Sequence[Bundle], Callable[[str], Target]], Verdict]


def before_traffic(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """
    Decide whether the new version gets traffic.

    Where AskWhileShifting is on it then invokes itself once more, with an event that says so, and that invocation asks
    golden rows through the alias while traffic moves.
    """
    if SHIFTING in event:
        return _ask_while_shifting(event, context)
    return _run("Check before traffic", _new_version, event, context)


def after_traffic(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Decide whether the deployment stands; `make deploy` asks the same after a stack's first deployment."""
    return _run("Check after traffic", _alias, event, context)


def _new_version(settings: Settings, models: Sequence[Bundle], target: Callable[[str], Target]) -> Verdict:
    return check_new_version(settings, models, target(settings.new_version), target(settings.alias))


def _alias(settings: Settings, models: Sequence[Bundle], target: Callable[[str], Target]) -> Verdict:
    return check_alias(settings, models, target(settings.alias))


def _run(name: str, check: Check, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Check, then report, whatever happened: CodeDeploy would wait an hour for a report that never comes."""
    verdict = _verdict(check, context)
    version = os.environ.get("NEW_VERSION", "unknown version")
    report.write_log(name, version, verdict)
    if "DeploymentId" in event:
        if verdict.passed and check is _new_version:
            _go_on(event, context)
        report.tell_code_deploy(boto3.client("codedeploy"), event, verdict)
        if not verdict.passed:
            _tell_topic(name, event, version, verdict)
    return {
        "passed": verdict.passed,
        "findings": list(verdict.findings),
        "figures": verdict.figures,
        "extent": verdict.extent,
    }


def _go_on(event: Mapping[str, Any], context: Any) -> None:
    """Begin to ask while traffic moves, where that is wanted; a deployment does not depend on it."""
    try:
        if read_settings(os.environ).asks_while_shifting:
            payload = json.dumps({SHIFTING: event["DeploymentId"]}).encode()
            function = context.invoked_function_arn
            boto3.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=payload)
    except Exception:
        report.logger.exception("Nothing is asked while traffic moves")


def _ask_while_shifting(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Ask until traffic has moved, and stop the deployment for a wrong answer; Lambda would begin anew what raises."""
    try:
        settings, models = read_settings(os.environ), read_bundles(MODELS)
        shift = ask_while_shifting(settings, models, _way_to(settings, context)(settings.alias))
        summary = shift.summary(settings.version)
        report.logger.log(logging.ERROR if shift.findings else logging.INFO, summary)
        if shift.findings:
            report.stop(boto3.client("codedeploy"), event[SHIFTING])
            subject = f"Deployment {event[SHIFTING]} stopped: a wrong answer while traffic moved"
            report.publish(boto3.client("sns"), settings.topic, subject, summary, shift.findings)
    except Exception:
        report.logger.exception("Asking while traffic moves failed")
        return {}
    return {"answered": dict(shift.answered), "findings": list(shift.findings)}


def _verdict(check: Check, context: Any) -> Verdict:
    try:
        settings, models = read_settings(os.environ), read_bundles(MODELS)
        return check(settings, models, _way_to(settings, context))
    except Exception as error:
        report.logger.exception("The check itself failed")
        return Verdict((f"the check itself failed: {type(error).__name__}: {error}",))


def _way_to(settings: Settings, context: Any) -> Callable[[str], Target]:
    """The way to any version of the function, with the patience that its own timeout asks for."""
    timeout_s = boto3.client("lambda").get_function_configuration(FunctionName=settings.new_version)["Timeout"]
    patience = patience_ms(timeout_s, context.get_remaining_time_in_millis())
    once = Config(read_timeout=max(1, int(patience / 1000)), tcp_keepalive=True, retries={"total_max_attempts": 1})
    client = boto3.client("lambda", config=once)
    return lambda arn: Target(client, arn, context.get_remaining_time_in_millis, patience_ms=patience)


def _tell_topic(name: str, event: Mapping[str, Any], version: str, verdict: Verdict) -> None:
    try:
        report.tell_topic(boto3.client("sns"), os.environ["TOPIC"], event, name, version, verdict)
    except Exception:
        report.logger.exception("The topic could not be told")
