"""What each state of a stack means for the next deployment, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sparely_toolkit.samconfig import Stage

TAKES, TAKEN_BACK, REFUSES = "takes a deployment", "takes a deployment, and the last was taken back", "refuses one"
_DELETE = "`make deploy` cannot mend that: `{delete}`, then `{deploy}` again"
_WAIT = "`make deploy` is refused meanwhile: wait until it has ended, `make doctor` says when"
_ROLL_BACK = "`make deploy` cannot mend that: `{aws} rollback-stack --stack-name {stack}`, then `{deploy}`"
_CONTINUE = "`make deploy` cannot mend that: `{aws} continue-update-rollback --stack-name {stack}`, then `{deploy}`"


@dataclass(frozen=True, slots=True)
class State:
    """
    One state.

    Attributes:
        kind: TAKES, TAKEN_BACK or REFUSES.
        advice: what it means and what to do, with names in braces; nothing where all is well.
        serves: whether there is a service that can be asked, and put back.
    """

    kind: str
    advice: str = ""
    serves: bool = True


# Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html, and of the two *_FAILED
# that keep what was made .../stack-failure-options.html, read 2026-11-29
STATES: Mapping[str, State] = {
    "CREATE_COMPLETE": State(TAKES),
    "UPDATE_COMPLETE": State(TAKES),
    "IMPORT_COMPLETE": State(TAKES),
    "IMPORT_ROLLBACK_COMPLETE": State(TAKES),
    "DELETE_COMPLETE": State(TAKES, serves=False),
    "REVIEW_IN_PROGRESS": State(TAKES, "nothing is deployed yet", serves=False),
    "UPDATE_ROLLBACK_COMPLETE": State(
        TAKEN_BACK,
        "the last deployment was taken back, and the next may come; `sparely docs operations` says how to find out why",
    ),
    "CREATE_FAILED": State(REFUSES, f"its first deployment failed and {_DELETE}", serves=False),
    "ROLLBACK_COMPLETE": State(REFUSES, f"its first deployment failed and {_DELETE}", serves=False),
    "ROLLBACK_FAILED": State(
        REFUSES, f"its first deployment failed and could not be taken back either; {_DELETE}", serves=False
    ),
    "DELETE_FAILED": State(
        REFUSES, "it is half deleted: its events say what stays and why; then `{delete}` once more", serves=False
    ),
    "UPDATE_FAILED": State(REFUSES, f"the last deployment failed and was not taken back; {_ROLL_BACK}"),
    "UPDATE_ROLLBACK_FAILED": State(REFUSES, f"the last deployment failed and could not be taken back; {_CONTINUE}"),
    "IMPORT_ROLLBACK_FAILED": State(
        REFUSES, "an import could not be taken back: its events say why; AWS' support can help"
    ),
    "CREATE_IN_PROGRESS": State(REFUSES, f"another deployment makes it; {_WAIT}"),
    "ROLLBACK_IN_PROGRESS": State(REFUSES, f"its first deployment is taken back; {_WAIT}", serves=False),
    "DELETE_IN_PROGRESS": State(REFUSES, f"somebody deletes it; {_WAIT}", serves=False),
    "UPDATE_IN_PROGRESS": State(REFUSES, f"another deployment changes it; {_WAIT}"),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": State(REFUSES, f"a deployment tidies up after itself; {_WAIT}"),
    "UPDATE_ROLLBACK_IN_PROGRESS": State(REFUSES, f"a deployment is taken back; {_WAIT}"),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": State(
        REFUSES, f"a deployment was taken back and tidies up; {_WAIT}"
    ),
    "IMPORT_IN_PROGRESS": State(REFUSES, f"resources are imported; {_WAIT}"),
    "IMPORT_ROLLBACK_IN_PROGRESS": State(REFUSES, f"an import is taken back; {_WAIT}"),
}
UNKNOWN = State(REFUSES, "this version of the toolkit does not know that state: look at it in CloudFormation's console")


def state_of(status: str) -> State:
    """What a state means; one that AWS has added since is no reason to deploy."""
    return STATES.get(status, UNKNOWN)


def sentence(stage: Stage, status: str) -> str:
    """`s is ROLLBACK_COMPLETE: …`, without a full stop."""
    advice = state_of(status).advice.format(
        stack=stage.stack, delete=stage.delete, deploy=stage.command("deploy"), aws=stage.aws("cloudformation")
    )
    return f"{stage.stack} is {status}{': ' if advice else ''}{advice}"
