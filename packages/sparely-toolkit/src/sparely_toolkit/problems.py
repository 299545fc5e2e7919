"""What ends a command with one sentence and an exit code, instead of a traceback."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What `sparely` exits with; `make` turns each failure into its own 2."""

    DONE = 0
    NO = 1
    WRONG_CALL = 2
    LACKING = 3
    AWS = 4


class Problem(Exception):
    """
    A command cannot go on; the message says in one sentence what is wrong, where, and what would be right.

    Attributes:
        exit_code: `NO` where a gate, a limit or a check says no, `WRONG_CALL` for what the caller asked,
            `LACKING` where this machine or this service lacks something, `AWS` where AWS refused, or something on the
            way there is missing: credentials, a region, a network, the stage of samconfig.toml.
    """

    exit_code: ExitCode = ExitCode.LACKING
