"""`sparely COMMAND`, and `python -m sparely_toolkit COMMAND` for those who start it by an interpreter."""

import sys


def main() -> None:
    """Run one command; where it is interrupted before it has begun, end as it would then."""
    try:
        from sparely_toolkit.cli.commands import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
