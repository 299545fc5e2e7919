"""`make new`: a service of the template, its questions asked or answered by NAME=VALUE."""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from cookiecutter.exceptions import CookiecutterException
from cookiecutter.main import cookiecutter

REPOSITORY = Path(__file__).resolve().parents[1]
NO_INPUT = "--no-input"
WRONG_CALL = 2


def answers(arguments: Sequence[str]) -> dict[str, str]:
    """The questions that are answered already."""
    questions = [name for name in json.loads((REPOSITORY / "cookiecutter.json").read_text("utf-8")) if name[0] != "_"]
    given = dict(argument.partition("=")[::2] for argument in arguments if argument != NO_INPUT)
    for name in given:
        if name not in questions:
            known = ", ".join(questions)
            end(f'There is no question "{name}". Answer by NAME=VALUE: {known}; or say {NO_INPUT}.')
    slug = given.get("project_slug", "service")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", slug):
        end(f'project_slug is "{slug}"; it names the folder: letters, digits, dots, dashes and underscores.')
    return given


def end(sentence: str) -> NoReturn:
    """Say what is wrong, and end."""
    print(sentence, file=sys.stderr)
    raise SystemExit(WRONG_CALL)


def main(output: str, arguments: Sequence[str]) -> None:
    """Ask, make the service, and say what to do there."""
    try:
        made = cookiecutter(
            str(REPOSITORY), no_input=NO_INPUT in arguments, extra_context=answers(arguments), output_dir=output
        )
    except (CookiecutterException, ValueError) as error:
        end(str(error))
    except OSError as error:
        end(f"{error.filename or output}: {error.strerror}.")
    except (EOFError, KeyboardInterrupt):
        raise SystemExit(130) from None
    print(f"{made} is made. There, `make run` serves its models on this machine; `make` lists what else there is.")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
