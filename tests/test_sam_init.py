"""`sam init` gives the service that cookiecutter gives, from every place where a template can lie."""

import functools
import http.server
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.documents import README, as_written
from tests.conftest import REPOSITORY, SAM, Bake, Quiet, differing, files, on_loopback, run

NAME = "some-service"


class Files(Quiet, http.server.SimpleHTTPRequestHandler):
    """Serves a folder."""


@pytest.fixture(scope="module")
def site(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A web server with the template as a git repository and as a zip, on a free port of loopback."""
    folder = tmp_path_factory.mktemp("site")
    run("git", "clone", "--quiet", "--bare", str(published), str(folder / "template.git"), cwd=folder)
    run("git", "update-server-info", cwd=folder / "template.git")
    run(*as_written(README, "git archive").split(), cwd=published)
    (published / "sparely.zip").rename(folder / "sparely.zip")
    handler = functools.partial(Files, directory=str(folder))
    with on_loopback(handler) as url:
        yield url


def made_by_sam(location: str, folder: Path) -> Path:
    """What `sam init` makes of a template that lies there."""
    folder.mkdir()
    run(SAM, "init", "--location", location, "--no-input", "--name", NAME, cwd=folder)
    return folder / NAME


def programs(folder: Path) -> set[str]:
    """The files that can be executed."""
    return {name for name in files(folder) if os.access(folder / name, os.X_OK)}


@pytest.mark.parametrize("location", [str(REPOSITORY), "{site}/sparely.zip", "{site}/template.git"])
def test_sam_init_gives_the_same_service(bake: Bake, site: str, location: str, tmp_path: Path) -> None:
    """From a folder, a zip that a web server has, and a git repository by its URL: every file is that of cookiecutter."""
    baked = bake(project_name=NAME)

    made = made_by_sam(location.format(site=site), tmp_path / "sam")

    assert differing(made, baked) == set()


def test_a_service_from_git_keeps_what_can_be_executed(bake: Bake, site: str, tmp_path: Path) -> None:
    """A clone has the modes of the template's files; a zip loses them when Python unpacks it."""
    baked = bake(project_name=NAME)

    made = made_by_sam(f"{site}/template.git", tmp_path / "sam")

    assert programs(made) == programs(baked) != set()


@pytest.mark.slow
def test_a_service_from_a_zip_sets_itself_up(site: str, tmp_path: Path) -> None:
    """Its scripts run although no file of it can be executed."""
    made = made_by_sam(f"{site}/sparely.zip", tmp_path / "sam")

    assert programs(made) == set()
    assert "Built: " in run("make", "build", cwd=made)
