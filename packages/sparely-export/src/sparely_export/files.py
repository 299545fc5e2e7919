"""Files that an export is given."""

from pathlib import Path


class Unreadable(Exception):
    """The file cannot be opened for reading."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} cannot be read: {error.strerror or error}.")


def check_readable(path: Path) -> None:
    """
    Open and close a file.

    Raises:
        Unreadable: it is not there, is a folder, or belongs to others.
    """
    try:
        path.open("rb").close()
    except OSError as error:
        raise Unreadable(path, error) from error
