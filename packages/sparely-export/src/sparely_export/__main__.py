"""`python -m sparely_export FILE --area A --name N --data ROWS --models DIR`: a model, converted and compared."""

import errno
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sparely_export.options import Options, parse
from sparely_export.refusals import NO, Refusal

if TYPE_CHECKING:
    from sparely_export.precision import Progress

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Write one model and print a report; what may take long is told on stderr.

    Returns:
        0, or with a sentence on stderr and nothing written: 1 where the model does not pass, 2 where the command line
        names what is not there, 3 where a package is not installed.
    """
    options = parse(arguments)
    from sparely_export import supervised

    return exported(options, supervised.shown(options))


def exported(options: Options, progress: "Progress") -> int:
    """The same for options that are read already."""
    from sparely_export import report
    from sparely_export.add_model import add
    from sparely_export.failures import shortened, where
    from sparely_export.registries.fetching import fetched_here

    try:
        with fetched_here(options, progress) as given:
            added = add(given, progress)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return refusal.exit_code
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            print(f"{options.path}: {error.strerror}. Nothing was written.", file=sys.stderr)
            return NO
        print(
            f"{options.path}: the export met what it does not know ({shortened(error)}, {where(error)}). Nothing was "
            "written. Convert the model to .onnx where it was fitted and add that file, or leave out what is at fault.",
            file=sys.stderr,
        )
        return NO
    print(report.page(added))
    return 0


def run() -> int:
    """One command line, in a process of its own that has an end."""
    options = parse(None)
    from sparely_export import supervised

    return supervised.run(exported, options)


if __name__ == "__main__":
    sys.exit(run())
