"""How many invocations of a function may run at once."""


class Throttled(Exception):
    """As many invocations run as the function may have."""


class Concurrency:
    """Counts a function's running invocations; all its versions share one."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.running = 0

    def enter(self) -> None:
        """
        Take a place.

        Raises:
            Throttled: there is none.
        """
        if self.running >= self.limit:
            raise Throttled
        self.running += 1

    def leave(self) -> None:
        """Give a place back."""
        self.running -= 1
