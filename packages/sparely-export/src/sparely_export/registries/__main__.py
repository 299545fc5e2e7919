"""`python -m sparely_export.registries ADDRESS FOLDER`: fetch a model, with a record of it for an export."""

import sys
from collections.abc import Sequence
from pathlib import Path

from sparely_export.refusals import WRONG_CALL, Refusal
from sparely_export.registries.fetched import RECORD
from sparely_export.registries.fetching import fetch, folder_name


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Fetch into a folder in FOLDER, write a record beside the file, and print the record's path.

    Returns:
        0, or with a sentence on stderr: 1 where the model cannot be exported or was tampered with, 2 where the address
        names what is not there, 3 where something is lacking here, 4 where AWS refused.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 2:
        print("expected an address and a folder: python -m sparely_export.registries ADDRESS FOLDER", file=sys.stderr)
        return WRONG_CALL
    address, folder = given[0], Path(given[1]).resolve() / folder_name(given[0])
    try:
        print(f"fetch {address} ...", file=sys.stderr, flush=True)
        fetched = fetch(address, folder)
        fetched.write(folder / RECORD)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return refusal.exit_code
    print(folder / RECORD)
    return 0


if __name__ == "__main__":
    sys.exit(main())
