"""What AWS, or the way to it, has said, and where; `meanings` has the sentences, `explained` says the one that fits."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from sparely_toolkit.deployment.client_errors import NOT_AWS, unnamed
from sparely_toolkit.samconfig import Stage


@dataclass(frozen=True, slots=True)
class Fault:
    """
    What AWS, or the way to it, said.

    Attributes:
        code: AWS' error code, or the class of botocore's or SAM's exception.
        operation: what was asked, such as `DescribeStacks`; empty where nothing was.
        of_sam: whether SAM stopped by itself.
    """

    code: str
    message: str
    operation: str = ""
    of_sam: bool = False

    @classmethod
    def of(cls, error: BaseException) -> "Fault":
        """Look for AWS' own answer behind an error; SAM wraps it, and then says the same in more words."""
        chain = [*_chain(error)]
        for each in reversed(chain):
            if isinstance(each, ClientError):
                fault = each.response.get("Error", {})
                code = str(fault.get("Code") or NOT_AWS)  # a page of a proxy has none
                return cls(code, str(fault.get("Message") or ""), each.operation_name)
        for each in reversed(chain):
            if isinstance(each, BotoCoreError):
                return cls(type(each).__name__, str(each))
        for each in reversed(chain):
            if named := unnamed(each):
                return cls(*named)
        return cls(type(error).__name__, str(getattr(error, "message", None) or error), of_sam=True)

    @property
    def words(self) -> str:
        """The message on one line, without its full stop."""
        return " ".join(self.message.split()).rstrip(".")


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where the fault was met.

    Attributes:
        region: the one that AWS was asked in.
        role: the service's deployment/role.yaml.
    """

    stage: Stage
    region: str | None = None
    role: Path | None = None

    @property
    def where(self) -> str:
        """The region, as it stands in a sentence."""
        return f"region {self.region}" if self.region else "this region"

    @property
    def profile(self) -> str:
        """The profile that samconfig.toml names, as an option of AWS' own commands."""
        return f" --profile {self.stage.profile}" if self.stage.profile else ""

    @property
    def login(self) -> str:
        """How to sign in again."""
        return f"`aws sso login{self.profile}`, or renew the keys where they come from"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was raised from, the latest first; SAM hands some on as an argument of its own."""
    while error is not None:
        yield error
        handed_on = next((each for each in error.args if isinstance(each, Exception)), None)
        error = error.__cause__ or handed_on or error.__context__
