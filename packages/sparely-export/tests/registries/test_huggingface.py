"""Files of the Hugging Face Hub from its cache, laid out here as the hub's client does, without a network."""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sparely_export.refusals import MissingPackage, Refusal
from sparely_export.registries import huggingface
from sparely_export.registries.fetched import NoAccess, NoAddress, NotThere, Tampered

COMMIT, OLDER = "a" * 40, "b" * 40
CONTENT = b"a fitted model"
Lay = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("with_clients")


def sha256(content: bytes) -> str:
    """What the hub calls a large file."""
    return hashlib.sha256(content).hexdigest()


def of_git(content: bytes) -> str:
    """What the hub calls a small one."""
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content)).hexdigest()


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lay:
    """Puts a file into a cache that is read without a network."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    cache = tmp_path / "hub"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    repository = cache / "models--shop--churn"

    def put(content: bytes, blob: str, name: str = "model.joblib", commit: str = COMMIT) -> Path:
        file, link = repository / "blobs" / blob, repository / "snapshots" / commit / name
        for each in (file, link, repository / "refs" / "main"):
            each.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        link.symlink_to(file)
        (repository / "refs" / "main").write_text(COMMIT, "utf-8")
        return file

    return put


def test_a_file_comes_with_the_commit_that_it_is_of(lay: Lay, tmp_path: Path) -> None:
    """The newest of the main branch, if the address names none."""
    lay(CONTENT, sha256(CONTENT))

    fetched = huggingface.fetch("hf://shop/churn/model.joblib", tmp_path)

    assert (fetched.file.name, fetched.file.read_bytes()) == ("model.joblib", CONTENT)
    assert fetched.source.as_json() == {
        "registry": "huggingface",
        "name": "shop/churn/model.joblib",
        "version": COMMIT,
        "sha256": sha256(CONTENT),
    }


@pytest.mark.parametrize("address", ["hf://shop/churn/2024/model.joblib@{}", "hf://shop/churn@{}/2024/model.joblib"])
def test_a_revision_stands_behind_the_file_or_the_repository(lay: Lay, tmp_path: Path, address: str) -> None:
    """The latter as Hugging Face writes it."""
    lay(CONTENT, of_git(CONTENT))
    lay(b"older", of_git(b"older"), "2024/model.joblib", OLDER)

    fetched = huggingface.fetch(address.format(OLDER), tmp_path)

    assert (fetched.file.read_bytes(), fetched.source.version) == (b"older", OLDER)
    assert fetched.source.name == "shop/churn/2024/model.joblib"


@pytest.mark.parametrize("digest", [sha256, of_git])
def test_an_altered_file_is_refused(lay: Lay, tmp_path: Path, digest: Callable[[bytes], str]) -> None:
    """By the name that the hub gave its content."""
    lay(b"a forged model", digest(CONTENT))

    with pytest.raises(Tampered) as caught:
        huggingface.fetch("hf://shop/churn/model.joblib", tmp_path)

    assert f"the registry's is {digest(CONTENT)}. It was not opened" in str(caught.value)


@pytest.mark.parametrize(
    "address", ["hf://shop/churn/other.joblib", "hf://shop/other/model.joblib", "hf://shop/churn/model.joblib@v2"]
)
def test_what_is_not_in_the_cache_needs_a_network(lay: Lay, tmp_path: Path, address: str) -> None:
    """And is said to."""
    lay(CONTENT, sha256(CONTENT))

    with pytest.raises(NoAccess) as caught:
        huggingface.fetch(address, tmp_path)

    assert str(caught.value) == (
        f"{address} is not in the cache here, and the hub cannot be asked: connect, or unset HF_HUB_OFFLINE."
    )


@pytest.mark.parametrize(
    "address", ["hf://shop", "hf://shop/churn", "hf://shop/churn/", "hf:/shop/churn/a", "hf://a//b"]
)
def test_an_address_of_no_file_is_a_wrong_call(tmp_path: Path, address: str) -> None:
    """With the form that is right."""
    with pytest.raises(NoAddress, match="expected hf://ORGANISATION/REPOSITORY/FILE, or …/FILE@REVISION"):
        huggingface.fetch(address, tmp_path)


def test_without_its_client_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is needed by whoever has models there."""
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)

    with pytest.raises(MissingPackage, match=r"(?s)needs the package huggingface-hub.*pip install.* huggingface-hub"):
        huggingface.fetch("hf://shop/churn/model.joblib", tmp_path)


def refused(kind: str) -> Exception:
    """What the hub's client raises of this kind."""
    from huggingface_hub import errors

    error: Exception = getattr(errors, kind).__new__(getattr(errors, kind))
    Exception.__init__(error, "the hub says\n no.")
    return error


@pytest.mark.parametrize(
    ("kind", "becomes", "sentence"),
    [
        ("GatedRepoError", NoAccess, "is gated: ask its owner for access, and run `hf auth login`."),
        ("RepositoryNotFoundError", NotThere, "the hub shows no such repository; a private one needs `hf auth login`"),
        ("RevisionNotFoundError", NotThere, "the repository has no such revision."),
        ("EntryNotFoundError", NotThere, "the repository has no such file at this revision."),
        ("HFValidationError", NoAddress, "names no file: the hub says no."),
        ("HfHubHTTPError", NoAccess, "cannot be fetched: the hub says no."),
    ],
)
def test_what_the_hub_refuses_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, becomes: type[Refusal], sentence: str
) -> None:
    """With the exit code of its cause."""

    def download(*arguments: object, **named: object) -> str:
        raise refused(kind)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)

    with pytest.raises(Refusal) as caught:
        huggingface.fetch("hf://shop/churn/model.joblib", tmp_path)

    assert type(caught.value) is becomes
    assert sentence in str(caught.value)
