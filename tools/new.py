"""`make new`: a service of the template, its questions asked or answered by NAME=VALUE."""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from cookiecutter.config import get_user_config
from cookiecutter.exceptions import CookiecutterException, OutputDirExistsException
from cookiecutter.generate import generate_context
from cookiecutter.main import cookiecutter
from cookiecutter.prompt import read_user_choice, read_user_variable, render_variable
from cookiecutter.utils import create_env_with_context

REPOSITORY = Path(__file__).resolve().parents[1]
NO_INPUT = "--no-input"
WRONG_CALL = 2
SLUG = re.compile(r"[A-Za-z](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def answers(arguments: Sequence[str]) -> dict[str, str]:
    """The questions that are answered already."""
    questions = [name for name in json.loads((REPOSITORY / "cookiecutter.json").read_text("utf-8")) if name[0] != "_"]
    given = dict(argument.partition("=")[::2] for argument in arguments if argument != NO_INPUT)
    for name, answer in given.items():
        if name not in questions:
            known = ", ".join(questions)
            end(f'There is no question "{name}". Answer by NAME=VALUE: {known}; or say {NO_INPUT}.')
        if fault := fault_of(name, answer):
            end(fault)
    return given


def fault_of(name: str, answer: str) -> str:
    """Why this is no answer, in one sentence; nothing where it is one."""
    if name == "project_slug" and not SLUG.fullmatch(answer):
        return (
            f'project_slug is "{answer}"; it names the folder and the stacks: letters first, then digits too, and '
            "dots, dashes and underscores between them."
        )
    return "" if answer.strip() else f"{name} is empty."


def ask(given: dict[str, str], output: str) -> dict[str, str]:
    """
    Ask what is not answered yet, each question until its answer can be taken.

    Raises:
        EOFError: there is nobody to ask.
    """
    settings = get_user_config()
    context = generate_context(str(REPOSITORY / "cookiecutter.json"), settings["default_context"], given)
    prompts = context["cookiecutter"].pop("__prompts__")
    environment = create_env_with_context(context)
    questions: dict[str, Any] = {name: raw for name, raw in context["cookiecutter"].items() if name[0] != "_"}
    found = dict(given)
    for number, (name, raw) in enumerate(questions.items(), 1):
        prefix = f"  [dim][{number}/{len(questions)}][/] "
        while name not in found:
            if isinstance(raw, list):
                found[name] = read_user_choice(name, raw, prompts, prefix)
                continue
            answer = read_user_variable(name, render_variable(environment, raw, found), prompts, prefix)
            fault = fault_of(name, answer) or (taken(Path(output, answer)) if name == "project_slug" else "")
            if fault:
                print(f"  {fault}")
            else:
                found[name] = answer
    return found


def taken(folder: Path) -> str:
    """That a folder is there already, which its owner has."""
    return f"{folder} is there already; name another." if folder.exists() else ""


def literal(given: dict[str, str]) -> dict[str, str]:
    """The answers as cookiecutter takes them: it renders what it is given, and braces are nothing but text here."""
    return {name: f"{{{{ {json.dumps(answer)} }}}}" if "{" in answer else answer for name, answer in given.items()}


def end(sentence: str) -> NoReturn:
    """Say what is wrong, and end."""
    print(sentence, file=sys.stderr)
    raise SystemExit(WRONG_CALL)


def main(output: str, arguments: Sequence[str]) -> None:
    """Ask, make the service, and say what to do there."""
    try:
        found = answers(arguments)
        if NO_INPUT not in arguments:
            found = ask(found, output)
        made = cookiecutter(str(REPOSITORY), no_input=True, extra_context=literal(found), output_dir=output)
    except OutputDirExistsException as error:
        folder = next(iter(re.findall(r'"(.+)"', str(error))), output)
        end(f"{folder} is there already; name another by project_name=NAME, or another place by OUTPUT=FOLDER.")
    except (CookiecutterException, ValueError) as error:
        end(str(error))
    except OSError as error:
        end(f"{error.filename or output}: {error.strerror}.")
    except EOFError:
        end(
            "\nThere is nobody to answer: `make new ARGS=--no-input` takes the defaults, and "
            f"`make new ARGS='{NO_INPUT} project_name=Churn api=rest-key'` answers in the call."
        )
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    print(
        f"{made} is made. There, `make run` serves its models on this machine, `git init` begins its history, and "
        "`make` lists what else there is."
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
