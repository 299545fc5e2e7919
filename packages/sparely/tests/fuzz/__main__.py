"""
Coverage-guided fuzzing of a request's whole way, outside the default tests.

`python -m tests.fuzz -runs=100000` from the package's folder, with atheris installed; it ends with an error at the
first failure of ours. Further arguments are libFuzzer's; a folder among them keeps what was found interesting.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sparely.handler"]):
    from tests.fuzz import target


def one_input(content: bytes) -> None:
    target.answer(content)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for place, content in enumerate(target.corpus()):
            Path(folder, f"{place:03}").write_bytes(content)
        atheris.Setup([*sys.argv, folder], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
