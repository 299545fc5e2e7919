"""MLflow's registry and runs, in a database, a folder or behind a server: found by its own client, and downloaded."""

import logging
import math
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sparely_export.refusals import LACKING, MissingPackage, Refusal
from sparely_export.registries import mlflow_folder
from sparely_export.registries.fetched import Fetched, NoAccess, NoAddress, NotThere, Source, check_digest, digest_of
from sparely_export.registries.mlflow_folder import Logged

TRACKING, REGISTRY = "MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"
SETTINGS = {
    "MLFLOW_ALLOW_FILE_STORE": "true",  # newer versions do not read a folder without it
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",  # 7 take minutes to say that nobody is there
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
}
"""What MLflow is told, unless the environment says otherwise."""
PACKAGES = {
    "mlflow": "mlflow-skinny",
    "sqlalchemy": "sqlalchemy alembic",
    "alembic": "sqlalchemy alembic",
    "boto3": "boto3",
    "google": "google-cloud-storage",
    "azure": "azure-storage-blob azure-identity",
}
"""By what MLflow may miss, what to install."""
REGISTERED = re.compile(r"models:/(?P<name>[^/@]+)(?:/(?P<version>[^/@]+)|@(?P<alias>[^/@]+))")
LOGGED = re.compile(r"models:/(?P<model>m-[0-9a-f]+)")
OF_RUN = re.compile(r"runs:/(?P<run>[^/]+)/(?P<path>.+?)/?")
DIGEST = "sha256"
"""The tag of a version, or of a run, that holds the SHA-256 of the model's file: MLflow keeps none by itself."""
DENIED = ("PERMISSION_DENIED", "UNAUTHENTICATED", "CUSTOMER_UNAUTHORIZED")
MISSING = ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND", "ENDPOINT_NOT_FOUND")


class NoTracking(Refusal):
    """Nothing says where MLflow keeps its models."""

    exit_code = LACKING


@dataclass(frozen=True, slots=True)
class Found:
    """What an address names: where its files are, and what is known of it."""

    files: str
    name: str
    version: str | None = None
    run_id: str | None = None
    tags: Mapping[str, str] | None = None


def fetch(address: str, folder: Path) -> Fetched:
    """
    Fetch `models:/name@alias`, `models:/name/version` or `runs:/run_id/path`, from where MLFLOW_TRACKING_URI says.

    Raises:
        NoAddress: it names no model.
        NoTracking: MLFLOW_TRACKING_URI is not set, or names what is not there.
        MissingPackage: MLflow, or what it needs for this store, is not installed.
        NotThere: there is no such model, version, alias, run or artifact.
        NoAccess: nobody answers, or not to whoever asks.
        NotExported: the model's flavour has no ONNX form.
        Tampered: it is not what its tag "sha256" says.
    """
    finder = _finder(address)
    tracking, registry = _stores()
    settings = {**SETTINGS, TRACKING: tracking}
    os.environ.update({name: value for name, value in settings.items() if not os.environ.get(name)})
    with _explained(address, registry):
        import mlflow

        logging.getLogger("mlflow").setLevel(logging.ERROR)
        client = mlflow.MlflowClient()
        found = finder(client)
        run = client.get_run(found.run_id).data if found.run_id else None
        artifacts = Path(mlflow.artifacts.download_artifacts(artifact_uri=found.files, dst_path=str(folder)))
    # A run may have logged a single file.
    logged = Logged(artifacts, (), {}) if artifacts.is_file() else mlflow_folder.read(address, artifacts)
    tags = {**(run.tags if run else {}), **(found.tags or {})}
    if tags.get(DIGEST):
        check_digest(address, logged.file, "sha256", tags[DIGEST].removeprefix("sha256:"))
    source = Source(
        registry="mlflow",
        name=found.name,
        version=found.version,
        sha256=digest_of(logged.file),
        run_id=found.run_id,
        metrics={name: value for name, value in sorted(run.metrics.items()) if math.isfinite(value)} if run else {},
    )
    return Fetched(file=logged.file, source=source, versions=logged.versions, columns=logged.columns)


def _finder(address: str) -> Any:
    """
    What finds the model that an address names.

    Raises:
        NoAddress: it has none of the forms.
    """
    if parts := LOGGED.fullmatch(address):
        return lambda client: _logged(client, parts["model"])
    if parts := REGISTERED.fullmatch(address):
        return lambda client: _registered(client, address, **parts.groupdict())
    if parts := OF_RUN.fullmatch(address):
        files = f"runs:/{parts['run']}/{parts['path']}"
        return lambda client: Found(files, parts["path"], run_id=parts["run"])
    raise NoAddress(
        f"{address} names no model; expected models:/NAME@ALIAS, models:/NAME/VERSION, or runs:/RUN_ID/PATH."
    )


def _registered(client: Any, address: str, name: str, version: str | None, alias: str | None) -> Found:
    if alias:
        model = client.get_model_version_by_alias(name, alias)
    elif version and version.isdecimal():
        model = client.get_model_version(name, version)
    elif version == "latest":
        quote = '"' if "'" in name else "'"
        model = max(
            client.search_model_versions(f"name={quote}{name}{quote}"), key=lambda each: int(each.version), default=None
        )
    else:
        model = next(iter(client.get_latest_versions(name, [version])), None)
    if model is None:
        which = "at all" if version == "latest" else f"in the stage {version}"
        raise NotThere(f"{address} is not there: the model has no version {which}.")
    tags = {str(key): str(value) for key, value in (model.tags or {}).items()}
    return Found(f"models:/{name}/{model.version}", name, str(model.version), model.run_id or None, tags)


def _logged(client: Any, model_id: str) -> Found:
    """A model that MLflow 3 has logged, whether it is registered or not."""
    model = client.get_logged_model(model_id)
    return Found(f"models:/{model_id}", model.name, model_id, model.source_run_id or None, model.tags)


def _stores() -> tuple[str, str]:
    """
    Where MLflow keeps runs and models; it must be said, and be there: MLflow itself would begin an empty store.

    Raises:
        NoTracking: it is not.
    """
    given = {name: os.environ[name] for name in (TRACKING, REGISTRY) if os.environ.get(name)}
    if not given:
        raise NoTracking(
            f"{TRACKING} is not set, so nobody knows where MLflow keeps its models: export "
            f"{TRACKING}=http://HOST:PORT, sqlite:///FILE, or a folder."
        )
    for name, address in given.items():
        parts = urlsplit(address)
        local = {"sqlite": parts.path[1:], "file": parts.path, "": address}.get(parts.scheme)
        if local and not Path(local).exists():
            raise NoTracking(f"{name} is {address}, and there is no {local}.")
    either = next(iter(given.values()))
    return given.get(TRACKING, either), given.get(REGISTRY, either)


@contextmanager
def _explained(address: str, store: str) -> Iterator[None]:
    """Turn what MLflow raises into a sentence, in which the store is named without a password."""
    shown = re.sub("//[^/@]*@", "//", store)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Refusal:
        raise
    except ImportError as error:
        lacking = str(error.name or error).partition(".")[0]
        raise MissingPackage(PACKAGES.get(lacking, lacking), f"fetching {address}") from error
    except Exception as error:
        whole = " ".join(str(error).split())
        code, text = getattr(error, "error_code", ""), _short(whole)
        if code in MISSING or re.search(r"alias \S+ not found", text):
            raise NotThere(f"{address} is not there: {shown} says: {text}") from error
        if code in DENIED:
            raise NoAccess(
                f"{address} cannot be fetched: {shown} does not let you in ({text}); set MLFLOW_TRACKING_USERNAME "
                "and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
            ) from error
        if "failed with exception" in whole:
            raise NoAccess(f"{address} cannot be fetched: {shown} does not answer ({_cause(whole)}).") from error
        raise NoAccess(f"{address} cannot be fetched from {shown}: {text}") from error


def _cause(text: str) -> str:
    """The innermost of what an HTTP client says in one line."""
    return re.split(r"Caused by \w+\(|HTTPS?Connection\([^)]*\): ", text)[-1].strip("()\"' .")


def _short(text: str) -> str:
    return (text if len(text) <= 300 else f"{text[:300]} ...").rstrip(".") + "."
