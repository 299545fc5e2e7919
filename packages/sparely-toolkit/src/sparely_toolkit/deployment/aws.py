"""The way to AWS, and what it says when there is none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from sparely_toolkit.deployment.access import ROLE
from sparely_toolkit.deployment.faults import AwsFault, Fault, Place
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import (
    NoSamconfig,
    NoStackName,
    Stage,
    UnknownStage,
    UnreadableSamconfig,
    read_stage,
    require_stack_name,
)

REGION = "AWS_REGION"
"""What AWS' other tools read first; boto3 and SAM read AWS_DEFAULT_REGION alone."""
OF_SAMCONFIG = (NoSamconfig, NoStackName, UnknownStage, UnreadableSamconfig)


class NoRegion(Problem):
    """Nothing says in which region the service is, or is to be."""

    exit_code = ExitCode.AWS

    def __init__(self, stage: str) -> None:
        super().__init__(
            f"No region is named: set region under [{stage}.deploy.parameters] of samconfig.toml, or {REGION}."
        )


def session(stage: Stage) -> boto3.Session:
    """
    A session as `sam deploy` has it: the stage's profile, else AWS_PROFILE; the stage's region, else the one that
    AWS_REGION, AWS_DEFAULT_REGION or the profile names.
    """
    return boto3.Session(profile_name=stage.profile, region_name=stage.region or os.environ.get(REGION) or None)


def stage_of(project: Project, name: str) -> Stage:
    """
    The stage that a command deploys, asks or plays.

    Raises:
        Problem: samconfig.toml does not say what is meant; to these commands that is a fault on the way to AWS.
    """
    try:
        stage = read_stage(project.samconfig, name)
        require_stack_name(project.samconfig, stage)
    except OF_SAMCONFIG as problem:
        problem.exit_code = ExitCode.AWS
        raise
    return stage


def place_of(project: Project | None, stage: Stage) -> Place:
    """Where AWS is asked, for what is said of its faults."""
    region = stage.region
    with suppress(BotoCoreError):  # a profile that is not there, or a file that cannot be read
        region = session(stage).region_name
    return Place(stage, region, project.root / ROLE if project else None)


def require_region(project: Project, stage: Stage) -> None:
    """
    Know which region is meant before anything is built or asked.

    Raises:
        NoRegion: nothing names a region.
        AwsFault: AWS' configuration cannot be read.
    """
    with asking(project, stage):
        if session(stage).region_name is None:
            raise NoRegion(stage.name)


@contextmanager
def asking(project: Project, stage: Stage) -> Iterator[None]:
    """
    Ask AWS in this block.

    Raises:
        AwsFault: AWS says no, or could not be asked; the sentence says what to do.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise AwsFault(Fault.of(error), place_of(project, stage)) from error
