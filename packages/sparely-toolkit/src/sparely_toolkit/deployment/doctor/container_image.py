"""What a container image asks of a deployment: no snapshot, and where it is uploaded to."""

import hashlib
import re
from collections.abc import Iterator, Mapping

from sparely_toolkit import names
from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem
from sparely_toolkit.deployment.sam import REPOSITORIES
from sparely_toolkit.package.package_type import PLACE, is_image
from sparely_toolkit.project import Project
from sparely_toolkit.samconfig import Stage

NO_SNAPSHOT = "None"


def image_findings(project: Project, stage: Stage, parameters: Mapping[str, str]) -> Iterator[Finding]:
    """Look at a stage of a service that is deployed as an image; nothing where it is not."""
    if not is_image(project.template):
        return
    snap = parameters.get(names.PARAMETER_SNAP_START, NO_SNAPSHOT)
    if snap != NO_SNAPSHOT:
        yield problem(
            "SnapStart",
            f"{names.PARAMETER_SNAP_START}={snap} does not go with a container image ({PLACE}), of which Lambda makes "
            f"no snapshot; set {names.PARAMETER_SNAP_START}={NO_SNAPSHOT}, or {PLACE} to zip.",
        )
    named = REPOSITORIES & {*stage.settings} - {"resolve_image_repos"}
    if named:
        yield ok("image", f"goes where {named.pop()} of {stage.table} says")
    else:
        prefix = repositories(stage.stack)
        yield ok("image", f"SAM makes repositories {prefix}/…; deployment/role.yaml takes ImageRepositories={prefix}")


def repositories(stack: str) -> str:
    """
    What the names of the repositories begin with that SAM makes for a stack, in a stack beside it.

    Source: samcli.lib.bootstrap.companion_stack.data_types of SAM CLI; a test holds this against it.
    """
    digest = hashlib.md5(stack.encode(), usedforsecurity=False).hexdigest()[:8]
    return re.sub(r"[^a-z0-9]", "", stack.lower()) + digest
