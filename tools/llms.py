"""`python tools/llms.py`, by `make wheels`, writes docs/llms.txt: what there is to read, to import and to call."""

import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import typer.main

from sparely_toolkit.cli.commands import app
from sparely_toolkit.upkeep.pages import pages

REPOSITORY = Path(__file__).resolve().parents[1]
FILE = REPOSITORY / "docs" / "llms.txt"
SUMMARY = """\
# sparely

> Serves trained models from AWS Lambda: a fitted scikit-learn, XGBoost, LightGBM, CatBoost or PyTorch model goes in, \
a small REST service that is safe to change comes out. Converted to ONNX, it runs with onnxruntime's C library, \
without numpy.

- A generated service holds what its owner owns; everything else is a dependency, and the command `sparely`.
- Own code has two places: `src/models/AREA/MODEL/steps.py` around a model, `src/handler/app.py` around the service.
- In a service `make TARGET` is `.venv/bin/sparely TARGET`, and `make docs PAGE=NAME` prints a page of those below.
- Golden rows are the oracle of every check; they come from the estimator and are never written by hand.
"""
PACKAGES = ("sparely", "sparely_toolkit.testing", "sparely_export")
"""Those with names for people to import."""
ABOUT_US = ("architecture", "decisions", "benchmarks", "architectures", "first-prediction", "story")


def text() -> str:
    """The whole file."""
    sections = {
        "Pages for services": _pages(),
        "Names to import": _names(),
        "Commands": _commands(),
        "Optional": _optional(),
    }
    return "\n".join([SUMMARY, *(f"## {title}\n\n" + "\n".join(lines) + "\n" for title, lines in sections.items())])


def _pages() -> Iterator[str]:
    for name, file in pages().items():
        yield f"- [{name}]({_link(file)}): {_first_sentence(file)}"


def names_of(module: ModuleType) -> Mapping[str, str]:
    """The names that people may import from a package, each with the module that the documentation takes it from."""
    places: Mapping[str, str] = getattr(module, "_PLACES", None) or dict.fromkeys(module.__all__, module.__name__)
    return places


def _names() -> Iterator[str]:
    for package in PACKAGES:
        module = importlib.import_module(package)
        for name in sorted(names_of(module)):
            value = getattr(module, name)
            if not (inspect.isclass(value) or inspect.isfunction(value)):
                continue
            file = Path(inspect.getfile(value))
            yield f"- [{package}.{name}]({_link(file)}): {(inspect.getdoc(value) or '').partition(chr(10) * 2)[0]}"


def _commands() -> Iterator[str]:
    group = typer.main.get_command(app)
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        if not command.hidden:
            file = Path(inspect.getfile(inspect.unwrap(command.callback)))
            yield f"- [sparely {name}]({_link(file)}): {(command.help or '').partition(chr(10))[0]}"


def _optional() -> Iterator[str]:
    for name in ABOUT_US:
        file = FILE.with_name(f"{name}.md")
        yield f"- [{name}]({_link(file)}): {_first_sentence(file)}"


def _link(file: Path) -> str:
    """A file of this repository; that of an installed package may lie in another clone with the same sources."""
    _, packages, inside = file.as_posix().rpartition("/packages/")
    return f"..{packages}{inside}" if packages else file.relative_to(FILE.parent, walk_up=True).as_posix()


def _first_sentence(file: Path) -> str:
    """A page's title, and the first sentence below it where there is one."""
    title, _, rest = file.read_text("utf-8").partition("\n")
    first = rest.strip().partition("\n")[0]
    said = f" {first.rstrip('.:')}." if re.match(r"[A-Z`].*[.:]$", first) else ""
    return re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", f"{title.lstrip('# ').rstrip('.')}.{said}")


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
