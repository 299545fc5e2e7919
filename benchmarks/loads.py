"""Loads of the story and of the validation: put on a built template on this machine, with the service's golden rows."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import CACHE
from sparely_toolkit.loadtest import generator, measurements
from sparely_toolkit.loadtest.generator import RunSettings, Statistics
from sparely_toolkit.loadtest.measurements import Run
from sparely_toolkit.loadtest.shapes import Shape
from sparely_toolkit.local import serving
from sparely_toolkit.project import Project
from tests.support.services import built


def add_service_options(parser: argparse.ArgumentParser) -> None:
    """Which service is loaded, and where what is measured lies."""
    parser.add_argument("--service", type=Path, help="folder of a built service; otherwise one is baked and built")
    parser.add_argument("--output", type=Path, default=CACHE / "loads", help="folder for statistics and logs")


def service_of(folder: Path | None) -> Project:
    """The service that is named, or a baked one with its package built."""
    return built() if folder is None else Project.find(folder)


@contextmanager
def served(template: Path, log: Path, *, concurrency: int) -> Iterator[str]:
    """Serve a built template without authorization; gives the URL."""
    with serving.serving(template, log, "--concurrency", str(concurrency), "--no-auth") as server:
        yield server.url


def put(shape: Shape, host: str, project: Project, files: Path) -> Run:
    """Let the service's own locustfile put a load on a host; `files` is how the names of Locust's files begin."""
    statistics = Statistics(files)
    settings = RunSettings(shape, project.models, project.traffic, "none", statistics.distribution, seed=1)
    generator.generate(settings, host, statistics, locustfile=project.locustfile)
    return measurements.read(statistics)
