"""A file of a repository on the Hugging Face Hub, through the hub's own cache: what lies there needs no network."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sparely_export.refusals import install_hint
from sparely_export.registries.fetched import Fetched, NoAccess, NoAddress, NotThere, Source, check_digest, digest_of

ADDRESS = re.compile(
    r"hf://(?P<repository>[\w.-]+/[\w.-]+)(@(?P<early>[^/@]+))?/(?P<file>[^@]*[^@/])(@(?P<late>[^@]+))?"
)
"""The revision stands behind the file, or as Hugging Face has it, behind the repository."""
QUIET = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def fetch(address: str, folder: Path) -> Fetched:
    """
    Fetch `hf://organisation/repository/file`, or `…@revision`, with the token that huggingface_hub finds.

    Raises:
        NoAddress: it names no file.
        MissingPackage: huggingface_hub is not installed.
        NotThere: there is no such repository, revision or file.
        NoAccess: it is neither in the cache nor to be had from the hub.
        Tampered: it is not what the hub has a digest of.
    """
    parts = ADDRESS.fullmatch(address)
    if parts is None:
        raise NoAddress(f"{address} names no file; expected hf://ORGANISATION/REPOSITORY/FILE, or …/FILE@REVISION.")
    os.environ.update({name: os.environ.get(name, value) for name, value in QUIET.items()})
    with install_hint("huggingface-hub", f"fetching {address}"):
        from huggingface_hub import hf_hub_download
    repository, name, revision = parts["repository"], parts["file"], parts["late"] or parts["early"]
    with _explained(address):
        cached = Path(hf_hub_download(repository, name, revision=revision))
    file = folder / cached.name
    shutil.copyfile(cached, file)
    _check(address, file, cached.resolve().name)
    return Fetched(
        file=file,
        source=Source(
            registry="huggingface",
            name=f"{repository}/{name}",
            version=cached.parts[-1 - len(Path(name).parts)],
            sha256=digest_of(file),
        ),
    )


def _check(address: str, file: Path, blob: str) -> None:
    """
    Compare with the digest that the hub names its files by in the cache: SHA-256 of large ones, git's of others.

    Source: https://huggingface.co/docs/hub/local-cache (read 2026-11-28).
    """
    if re.fullmatch("[0-9a-f]{64}", blob):
        check_digest(address, file, "sha256", blob)
    elif re.fullmatch("[0-9a-f]{40}", blob):
        check_digest(address, file, "sha1", blob, b"blob %d\0" % file.stat().st_size)


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Turn what the hub's client raises into a sentence."""
    from huggingface_hub import errors

    try:
        yield
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled) as error:
        raise NoAccess(
            f"{address} is not in the cache here, and the hub cannot be asked: connect, or unset HF_HUB_OFFLINE."
        ) from error
    except errors.GatedRepoError as error:
        raise NoAccess(f"{address} is gated: ask its owner for access, and run `hf auth login`.") from error
    except errors.RepositoryNotFoundError as error:
        raise NotThere(
            f"{address}: the hub shows no such repository; a private one needs `hf auth login`, or HF_TOKEN."
        ) from error
    except errors.RevisionNotFoundError as error:
        raise NotThere(f"{address}: the repository has no such revision.") from error
    except errors.EntryNotFoundError as error:
        raise NotThere(f"{address}: the repository has no such file at this revision.") from error
    except errors.HFValidationError as error:
        raise NoAddress(f"{address} names no file: {_short(error)}.") from error
    except (errors.HfHubHTTPError, OSError) as error:
        raise NoAccess(f"{address} cannot be fetched: {_short(error)}.") from error


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300].rstrip(".")
