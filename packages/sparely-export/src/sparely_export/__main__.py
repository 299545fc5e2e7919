"""`python -m sparely_export FILE --area A --name N --data ROWS --models DIR`: a model, converted and compared."""

import sys
from collections.abc import Sequence

from sparely_export import report
from sparely_export.add_model import add
from sparely_export.options import parse
from sparely_export.refusals import Refusal
from sparely_export.registries.fetching import fetched_here


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Write one model and print a report; what may take long is told on stderr.

    Returns:
        0, or with a sentence on stderr and nothing written: 1 where the model does not pass, 2 where the command line
        names what is not there, 3 where a package is not installed.
    """
    options = parse(arguments)

    def tell(step: str) -> None:
        print(f"{options.path}: {step} ...", file=sys.stderr, flush=True)

    try:
        with fetched_here(options, tell) as given:
            added = add(given, tell)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return refusal.exit_code
    print(report.page(added))
    return 0


if __name__ == "__main__":
    sys.exit(main())
