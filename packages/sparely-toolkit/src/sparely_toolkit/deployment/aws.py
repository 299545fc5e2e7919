"""The way to AWS, and what it says when there is none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.samconfig import Stage

REGION = "AWS_REGION"
"""What AWS' other tools read first; boto3 and SAM read AWS_DEFAULT_REGION alone."""


class Refused(Problem):
    """AWS has answered, and says no."""

    exit_code = ExitCode.AWS

    def __init__(self, error: ClientError) -> None:
        fault = error.response.get("Error", {})
        reason = f"{fault.get('Code', '')}: {fault.get('Message', '')}".rstrip(".")
        super().__init__(f"AWS refused {error.operation_name}: {reason}; `make doctor` may say why.")


class NoRegion(Problem):
    """Nothing says in which region the service is, or is to be."""

    def __init__(self, stage: str) -> None:
        super().__init__(
            f"No region is named: set region under [{stage}.deploy.parameters] of samconfig.toml, or {REGION}."
        )


class OutOfReach(Problem):
    """AWS was not asked, or did not answer: no credentials, no region, no network."""

    def __init__(self, error: BotoCoreError) -> None:
        super().__init__(f"AWS could not be asked: {str(error).rstrip('.')}; `make doctor` says what to do.")


def session(stage: Stage) -> boto3.Session:
    """A session in the stage's region, or in the one that AWS_REGION or AWS' configuration names."""
    return boto3.Session(region_name=stage.region or os.environ.get(REGION))


def require_region(stage: Stage) -> None:
    """
    Know which region is meant before anything is built or asked.

    Raises:
        NoRegion: nothing names a region.
        OutOfReach: AWS' configuration cannot be read.
    """
    with asking():
        if session(stage).region_name is None:
            raise NoRegion(stage.name)


@contextmanager
def asking() -> Iterator[None]:
    """
    Ask AWS in this block.

    Raises:
        Refused: AWS says no.
        OutOfReach: it could not be asked.
    """
    try:
        yield
    except ClientError as error:
        raise Refused(error) from error
    except BotoCoreError as error:
        raise OutOfReach(error) from error
