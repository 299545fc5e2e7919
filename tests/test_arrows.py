"""The house rules of the packages: who may import whom, and what no package may know."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGES = REPOSITORY / "packages"
# Each may import the others that are named; docs/architecture.md tells why.
ARROWS = {
    "sparely": set(),
    "sparely_export": {"sparely"},
    "sparely_toolkit": {"sparely"},
    "sparely_sagemaker": {"sparely", "sparely_toolkit"},
}
NAMES = sorted(ARROWS)
# The models that come with the template, and their areas: packages know none by name.
SAMPLES = re.compile(r"\b(winery|clinic|cultivar|alcohol|high-risk|progression)\b", re.IGNORECASE)
# Where things of a service are, is known in one module; what ships finds what the build put beside it.
KNOWN_PLACES = {
    "sparely_toolkit/project.py": "the one module that looks for the service",
    "sparely/check/app.py": "models/ lies beside the package in what is built",
    "sparely/engine/library.py": "lib/ lies beside the package in what is built",
    "sparely_sagemaker/proxy/app.py": "models/ lies beside the package in what is built",
}


def sources(package: str) -> dict[str, Path]:
    """The modules of a package by their full names."""
    root = PACKAGES / package.replace("_", "-") / "src"
    modules = {}
    for file in sorted((root / package).rglob("*.py")):
        parts = file.relative_to(root).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return modules


def imports(tree: ast.AST, *, at_once: bool = False) -> Iterator[str]:
    """
    The names that a module's import statements give, as `a.b.c`, whether c is a module or in one.

    Args:
        at_once: only what is imported while the module is loaded; not in functions, not for type checkers.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that they can be read"
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif not (at_once and (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or _is_for_types(node))):
            yield from imports(node, at_once=at_once)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@functools.cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


@functools.cache
def roots(package: str) -> set[str]:
    """The names of the packages that a package's modules import from."""
    return {each.partition(".")[0] for file in sources(package).values() for each in imports(parsed(file))}


def graph(package: str) -> dict[str, set[str]]:
    """
    By module of a package the modules of it that it imports; a folder's own module is none of them.

    Of what ships only those that are loaded with it: what few requests need is loaded by the first of them.
    """
    modules = sources(package)
    folders = {name for name, file in modules.items() if file.name == "__init__.py"}
    edges: dict[str, set[str]] = {}
    for name, file in modules.items():
        found = {_module(each, modules) for each in imports(parsed(file), at_once=package == "sparely")}
        edges[name] = {
            each for each in found if each and each != name and not (each in folders and _is_above(each, name))
        }
    return edges


def _module(name: str, modules: dict[str, Path]) -> str | None:
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None


def _is_above(folder: str, name: str) -> bool:
    return name.startswith(f"{folder}.")


def circles(edges: dict[str, set[str]]) -> list[str]:
    """Modules that lead back to themselves, those of one circle together."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for each in edges[waiting.pop()] - seen:
                seen.add(each)
                waiting.append(each)
        return seen

    ways = {name: reached(name) for name in edges}
    groups = {frozenset(other for other in ways[name] if name in ways[other]) for name in edges if name in ways[name]}
    return sorted(" <-> ".join(sorted(group)) for group in groups)


@pytest.mark.parametrize("package", NAMES)
def test_a_package_imports_only_what_it_may(package: str) -> None:
    """Also not within functions: what a service ships, and a training environment, must not need the rest."""
    assert roots(package) & (ARROWS.keys() - {package}) <= ARROWS[package]


@pytest.mark.parametrize("package", NAMES)
def test_a_package_declares_what_it_imports_of_ours(package: str) -> None:
    """Its requirements name the packages whose modules it loads."""
    project = (PACKAGES / package.replace("_", "-") / "pyproject.toml").read_text("utf-8")
    for other in roots(package) & (ARROWS.keys() - {package}):
        assert re.search(rf'^  "{other.replace("_", "-")}\b', project, re.MULTILINE), (
            f"{package} does not require {other}"
        )


@pytest.mark.parametrize("package", NAMES)
def test_modules_do_not_import_in_circles(package: str) -> None:
    """A module can be read, tested and moved without those that use it."""
    assert circles(graph(package)) == []


@pytest.mark.parametrize("package", NAMES)
def test_packages_know_no_sample(package: str) -> None:
    """Services have other models; neither code nor docstring counts on ours."""
    hits = [
        f"{file.relative_to(PACKAGES)}:{number}: {line.strip()}"
        for file in sources(package).values()
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if SAMPLES.search(line)
    ]

    assert hits == []


@pytest.mark.parametrize("package", NAMES)
def test_packages_do_not_look_for_a_service_around_them(package: str) -> None:
    """Neither by where their own files lie nor by where they are called: they are installed anywhere."""
    root = PACKAGES / package.replace("_", "-") / "src"
    hits = [
        f"{file.relative_to(root)}:{line}: {place}"
        for file in sources(package).values()
        if file.relative_to(root).as_posix() not in KNOWN_PLACES
        for line, place in _places(parsed(file))
    ]

    assert hits == []


def _places(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where code climbs from its own file, or asks for the working folder; a package's own data files are no such."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("cwd", "getcwd", "chdir") and _is_called_on_path(node):
            yield node.lineno, node.attr
        if isinstance(node, ast.Attribute | ast.Call) and _climbs(node):
            yield node.lineno, ast.unparse(node)


def _is_called_on_path(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("Path", "os", "pathlib")


def _climbs(node: ast.Attribute | ast.Call) -> bool:
    """Whether it leaves the folder that a module's own file lies in."""
    text = ast.unparse(node)
    if "__file__" not in text:
        return False
    return (
        (isinstance(node, ast.Attribute) and node.attr == "parents")
        or ".parent.parent" in text
        or (isinstance(node, ast.Call) and text.count("dirname(") > 1)
    )


def test_a_circle_is_found() -> None:
    """Also one over three modules."""
    edges = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}

    assert circles(edges) == ["a <-> b <-> c"]


def test_what_is_imported_later_is_no_circle_and_still_an_arrow() -> None:
    """A function's import cuts a circle while modules are loaded, and needs the package all the same."""
    tree = ast.parse("import a\n\ndef work():\n    from b import c\n")

    assert list(imports(tree)) == ["a", "b.c"]
    assert list(imports(tree, at_once=True)) == ["a"]


@pytest.mark.parametrize(
    ("code", "hits"),
    [
        ("Path(__file__).with_name('probe.py')", 0),
        ("Path(__file__).parent / 'pages'", 0),
        ("Path(__file__).resolve().parents[2]", 1),
        ("os.path.dirname(os.path.dirname(__file__))", 1),
        ("Path.cwd()", 1),
        ("run(cwd=folder)", 0),
    ],
)
def test_a_way_out_of_the_package_is_seen(code: str, hits: int) -> None:
    """Data files of one's own are no such way."""
    assert len(list(_places(ast.parse(code)))) == hits


@pytest.mark.parametrize("package", NAMES)
def test_a_module_can_be_read_at_one_sitting(package: str) -> None:
    """None has more than 300 lines."""
    lengths = {name: len(file.read_text("utf-8").splitlines()) for name, file in sources(package).items()}

    assert {name: length for name, length in lengths.items() if length > 300} == {}
