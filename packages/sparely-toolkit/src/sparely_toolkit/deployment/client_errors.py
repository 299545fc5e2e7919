"""What fails inside of AWS' client and is no error of its own, as where a program for credentials prints no JSON."""

import getpass
import traceback

from botocore.exceptions import BotoCoreError, ClientError

NOT_AWS = "NotAws"
"""Something else has answered, such as the sign-in page of a network."""
MISSET = "Misset"
"""A variable or a file of AWS has what its client cannot use."""
_NO_CREDENTIALS = "CredentialRetrievalError"


def is_of_aws(error: BaseException) -> bool:
    """Whether AWS, or its client, has raised it: what only our own code can have done wrong is no fault to tell."""
    return isinstance(error, ClientError | BotoCoreError) or unnamed(error) is not None


def unnamed(error: BaseException) -> tuple[str, str] | None:
    """
    Name an error that was raised in the client and that the client has no class for.

    Returns:
        Code and message; None of one that was raised elsewhere.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    inside = [
        (str(frame.f_globals["__name__"]), frame.f_code.co_name)
        for frame in frames
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] == "botocore"
    ]
    if not inside or isinstance(error, ClientError | BotoCoreError):
        return None
    modules, functions = {module for module, _ in inside}, {function for _, function in inside}
    words = str(error)
    if "botocore.parsers" in modules:
        return NOT_AWS, ""
    if "_retrieve_credentials_using" in functions:  # Source: botocore.credentials.ProcessProvider
        if isinstance(error, OSError):
            return _NO_CREDENTIALS, f"credential_process cannot be started ({error.filename}: {error.strerror})"
        return _NO_CREDENTIALS, "credential_process does not print credentials in JSON as AWS wants them"
    if isinstance(error, EOFError | getpass.GetPassWarning):
        return _NO_CREDENTIALS, "the profile wants an MFA code, and there is no terminal to type it in"
    if modules & {"botocore.credentials", "botocore.tokens"}:
        return _NO_CREDENTIALS, words
    return MISSET, words
