"""From an address to a file: the first step of exporting a model that a registry keeps."""

import importlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sparely_export.options import Options
from sparely_export.precision import Progress
from sparely_export.registries.fetched import Fetched, NoAddress

REGISTRIES = {"models": "mlflow_registry", "runs": "mlflow_registry", "s3": "s3", "hf": "huggingface"}
"""By scheme, the module that fetches."""


def fetch(address: str, folder: Path) -> Fetched:
    """
    Fetch a model into a folder of its own.

    Raises:
        NoAddress: no registry here has such addresses.
        Refusal: as the registry's own module says.
    """
    scheme = address.partition(":")[0]
    if scheme not in REGISTRIES:
        raise NoAddress(
            f"{address}: models are fetched from models:/ and runs:/ (MLflow), s3:// and hf:// (Hugging Face); "
            "download others first, and give the file."
        )
    folder.mkdir(parents=True, exist_ok=True)
    module = importlib.import_module(f"sparely_export.registries.{REGISTRIES[scheme]}")
    fetched: Fetched = module.fetch(address, folder.resolve())
    return fetched


def folder_name(address: str) -> str:
    """A name that tells in messages where a file came from."""
    return re.sub(r"[^\w.@=-]+", "-", address).strip("-")


@contextmanager
def fetched_here(options: Options, progress: Progress) -> Iterator[Options]:
    """
    The options with a file in the place of an address, for as long as the block runs, and with what its registry says.

    Raises:
        Refusal: it cannot be fetched.
    """
    if options.address is None:
        yield replace(options, fetched=Fetched.read(options.record)) if options.record else options
        return
    with tempfile.TemporaryDirectory() as temporary:
        progress(f"fetch {options.address}")
        fetched = fetch(options.address, Path(temporary) / folder_name(options.address))
        yield replace(options, file=fetched.file, fetched=fetched)
