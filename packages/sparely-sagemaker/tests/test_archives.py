"""The archives: what is in them, and that the same models give the same bytes."""

import os
import tarfile
from pathlib import Path

from sparely.handler.registry import load_models
from sparely_sagemaker.archives import write_all
from support.services import MODELS


def test_the_same_models_give_the_same_bytes(tmp_path: Path) -> None:
    """Another day and another folder change nothing."""
    copy = tmp_path / "copy"
    for file in MODELS.glob("*/*/*"):
        target = copy / file.relative_to(MODELS)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
        os.utime(target, (1, 1))

    first = write_all(MODELS, tmp_path / "one")
    second = write_all(copy, tmp_path / "two")

    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_changed_model_changes_its_archives_alone(tmp_path: Path) -> None:
    """The other area's key stays, and is not loaded anew."""
    copy = tmp_path / "copy"
    for file in MODELS.glob("*/*/*"):
        target = copy / file.relative_to(MODELS)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes() + (b" " if "winery/alcohol/manifest" in file.as_posix() else b""))

    before, after = write_all(MODELS, tmp_path / "one"), write_all(copy, tmp_path / "two")

    changed = {
        path.relative_to(tmp_path / "one").as_posix()
        for path, other in zip(before, after, strict=True)
        if path.read_bytes() != other.read_bytes()
    }
    assert changed == {"service.tar.gz", "models/winery.tar.gz", "models/winery/alcohol.tar.gz"}


def test_every_archive_is_models_that_the_registry_opens(archives: Path, tmp_path: Path) -> None:
    """Unpacked, each is a models folder of the service, with what serves and nothing else."""
    for path in archives.rglob("*.tar.gz"):
        folder = tmp_path / path.relative_to(archives).as_posix().replace("/", "-")
        with tarfile.open(path) as archive:
            names = {Path(name).name for name in archive.getnames()}
            archive.extractall(folder, filter="data")

        assert names == {"manifest.json", "model.onnx"}
        assert load_models(str(folder)).areas
