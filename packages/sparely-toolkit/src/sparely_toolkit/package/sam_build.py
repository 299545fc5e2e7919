"""`sam build`, only where something that ships has changed since the last one."""

from sparely_toolkit.project import Project


def ensure_built(project: Project) -> None:
    """
    Build the service's Lambda package, unless nothing that ships has changed since it was built.

    Raises:
        PackageError: it cannot be built; the message says why.
    """
    raise NotImplementedError
