"""The documentation as one site, as `make docs` builds it: every page, every link, nothing from elsewhere."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from sparely_toolkit.cli.commands import app
from sparely_toolkit.upkeep.pages import pages
from tests.conftest import REPOSITORY, run

pytestmark = pytest.mark.slow

LOADED = re.compile(
    r"<(?:script|img|iframe)[^>]+src=\"?([^\" >]+)|<link[^>]+(?:stylesheet|icon|preload)[^>]+href=\"?([^\" >]+)"
)


@pytest.fixture(scope="module")
def site() -> Path:
    """The site, built so that a page without a place, a broken link or a missing anchor fails."""
    run("make", "docs", cwd=REPOSITORY)  # strictly, so that a warning ends it
    return REPOSITORY / ".cache" / "site"


def test_a_page_in_no_part_of_the_navigation_ends_it(tmp_path: Path) -> None:
    """As a broken link does: by the very command that `make docs` runs."""
    config = (REPOSITORY / "mkdocs.yml").read_text("utf-8")
    for name in (
        "docs_dir: docs",
        "hooks: [tools",
        "paths: [packages",
        " packages/sparely-export",
        " packages/sparely-toolkit",
    ):
        head, sign, path = name.rpartition("[" if "[" in name else " ")
        assert name in config
        config = config.replace(name, f"{head}{sign}{REPOSITORY}/{path}")
    broken = tmp_path / "mkdocs.yml"
    broken.write_text(re.sub(r"^.*guide/warm-up\.md\n", "", config, flags=re.MULTILINE), "utf-8")
    (command,) = (line for line in run("make", "--dry-run", "docs", cwd=REPOSITORY).splitlines() if "/mkdocs " in line)

    built = subprocess.run(
        ["bash", "-c", f"{command} --config-file {broken} --site-dir {tmp_path / 'site'}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert built.returncode == 1
    assert "guide/warm-up.md" in built.stderr


def test_a_block_that_tests_take_by_a_name_is_code(site: Path) -> None:
    """With the name above it."""
    text = (site / "guide" / "api.html").read_text("utf-8")

    assert '<span class="filename">http-iam</span>' in text
    assert "```" not in text


def test_every_page_that_services_print_is_there(site: Path) -> None:
    """By its name."""
    assert {file.stem for file in (site / "guide").glob("*.html")} == set(pages())


def test_every_command_is_in_the_reference(site: Path) -> None:
    """With its options."""
    text = (site / "reference" / "commands.html").read_text("utf-8")

    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        if not command.hidden:
            assert f'id="sparely-{name}"' in text, name
            for option in command.params:
                assert option.hidden or not option.opts[0].startswith("-") or option.opts[0] in text, (
                    name,
                    option.name,
                )


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """No font, script, picture or style: the site works where there is no network."""
    for page in site.rglob("*.html"):
        loaded = ["".join(each) for each in LOADED.findall(page.read_text("utf-8"))]
        assert [each for each in loaded if re.match(r"(https?:)?//", each)] == [], page.name


def test_what_pages_say_is_found(site: Path) -> None:
    """By words of how-to pages, of the reference and of docstrings."""
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    texts = " ".join(each["text"] for each in index["docs"])

    for words in (
        "ModelsAtInit",
        "remove-model",
        "ProvisionedConcurrency",
        "urn:problem-type:does-not-fit",
        "SystemLogLevel",
    ):
        assert words in texts, words
