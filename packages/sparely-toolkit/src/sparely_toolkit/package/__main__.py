"""`python -m sparely_toolkit.package FOLDER`: build the Lambda package of template.yaml, as `sam build` asks for it."""

import os
import sys
from pathlib import Path

from sparely_toolkit.package.build import build
from sparely_toolkit.package.measure import weigh
from sparely_toolkit.package.target import LARGEST_UNZIPPED_BYTES, PackageError, read_target

PROJECT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m sparely_toolkit.package FOLDER", file=sys.stderr)
        return 2
    artifact = Path(arguments[0]).resolve()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lambda-package"
    try:
        build(PROJECT, artifact, read_target(PROJECT / "template.yaml"), cache)
        weight = weigh(artifact)
        if weight.unzipped > LARGEST_UNZIPPED_BYTES:
            raise PackageError(f"{weight} is more than Lambda's 250 MB; take models or requirements out.")
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Package: {weight}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
