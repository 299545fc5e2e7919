"""`python -m sparely_toolkit COMMAND`: the command line, for those who start it by an interpreter."""

from sparely_toolkit.cli.commands import main

if __name__ == "__main__":
    main()
