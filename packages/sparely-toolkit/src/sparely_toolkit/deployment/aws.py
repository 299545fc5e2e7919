"""The way to AWS, and what it says when there is none."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import boto3
import botocore.session
from botocore.exceptions import BotoCoreError
from botocore.utils import JSONFileCache

from sparely_toolkit.deployment.access import ROLE
from sparely_toolkit.deployment.client_errors import is_of_aws
from sparely_toolkit.deployment.explained import AwsFault
from sparely_toolkit.deployment.faults import Fault, Place
from sparely_toolkit.deployment.region_names import no_region
from sparely_toolkit.problems import ExitCode, Problem
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import (
    NoSamconfig,
    NoStackName,
    Stage,
    UnknownStage,
    UnreadableSamconfig,
    read_stage,
)

REGION = "AWS_REGION"
"""What AWS' other tools read first; boto3 and SAM read AWS_DEFAULT_REGION alone."""
# Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html, read 2026-11-29
_STACK_NAME = re.compile(r"[A-Za-z][-A-Za-z0-9]{0,127}")
ROLES = "~/.aws/boto/cache"
"""Where SAM keeps what AWS has given for a role, so that a code of MFA, which AWS takes once, is asked for once."""


class BadStackName(Problem):
    """A stage names its stack as none can be called."""

    def __init__(self, stage: str, name: str) -> None:
        super().__init__(
            f'samconfig.toml: stack_name is "{name}" at stage {stage}; CloudFormation takes letters, digits and '
            "hyphens, a letter first, 128 at most."
        )


class NotARegion(Problem):
    """What is named as the region is written as none is."""

    exit_code = ExitCode.AWS

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{sentence}.")


class NoRegion(Problem):
    """Nothing says in which region the service is, or is to be."""

    exit_code = ExitCode.AWS

    def __init__(self, stage: str) -> None:
        super().__init__(
            f"No region is named: set region under [{stage}.deploy.parameters] of samconfig.toml, or {REGION}."
        )


OF_SAMCONFIG = (BadStackName, NoSamconfig, NoStackName, UnknownStage, UnreadableSamconfig)


def session(stage: Stage) -> boto3.Session:
    """
    A session as `sam deploy` has it: the stage's profile, else AWS_PROFILE; the stage's region, else the one that
    AWS_REGION, AWS_DEFAULT_REGION or the profile names.
    """
    core = botocore.session.get_session()
    made = boto3.Session(
        botocore_session=core,
        profile_name=stage.profile,
        region_name=stage.region or os.environ.get(REGION) or None,
    )
    roles = core.get_component("credential_provider").get_provider("assume-role")
    roles.cache = JSONFileCache(str(Path(ROLES).expanduser()))
    return made


def stage_of(project: Project, name: str) -> Stage:
    """
    The stage that a command deploys, asks or plays.

    Raises:
        Problem: samconfig.toml does not say what is meant; to these commands that is a fault on the way to AWS.
    """
    try:
        stage = read_stage(project.samconfig, name)
        if not project.samconfig.is_file():
            raise NoSamconfig(project.samconfig)
        if not _STACK_NAME.fullmatch(stage.stack):
            raise BadStackName(stage.name, stage.stack)
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
        NotARegion: it is written in capitals, with a blank, or is a zone of one.
        AwsFault: AWS' configuration cannot be read.
    """
    with asking(project, stage):
        name = session(stage).region_name
    if name is None:
        raise NoRegion(stage.name)
    if said := no_region(name, stage):
        raise NotARegion(said)


@contextmanager
def asking(project: Project, stage: Stage) -> Iterator[None]:
    """
    Ask AWS in this block.

    Raises:
        AwsFault: AWS says no, or could not be asked; the sentence says what to do.
    """
    try:
        yield
    except Exception as error:
        if not is_of_aws(error):
            raise
        raise AwsFault(Fault.of(error), place_of(project, stage)) from error
