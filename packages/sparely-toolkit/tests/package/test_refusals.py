"""What cannot become a package is refused with a sentence."""

from pathlib import Path

import pytest

from sparely_toolkit.package.build import build, check_interpreter, start
from sparely_toolkit.package.engine_library import take_library
from sparely_toolkit.package.install import installed
from sparely_toolkit.package.target import PackageError, Target, read_target, this_architecture
from sparely_toolkit.project import Project
from tests.package.conftest import this_python

ELF_X86_64 = b"\x7fELF\x02" + bytes(13) + (62).to_bytes(2, "little") + bytes(44)


def wheel(tmp_path: Path, content: bytes | None) -> Path:
    """An unpacked onnxruntime wheel with this C library."""
    capi = tmp_path / "wheel" / "onnxruntime" / "capi"
    capi.mkdir(parents=True)
    if content is not None:
        (capi / "libonnxruntime.so.9.9.9").write_bytes(content)
    return tmp_path / "wheel"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "The onnxruntime wheel holds no capi/libonnxruntime.so.*"),
        (b"#!/bin/sh", "libonnxruntime.so.9.9.9 is not a 64-bit ELF library for arm64."),
        (ELF_X86_64, "libonnxruntime.so.9.9.9 is not a 64-bit ELF library for arm64."),
    ],
)
def test_a_wheel_without_a_library_for_the_target_is_refused(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    """A missing library, another file and another architecture fail the build."""
    with pytest.raises(PackageError) as caught:
        take_library(wheel(tmp_path, content), Target("arm64", "3.13"), tmp_path / "artifact")

    assert str(caught.value).startswith(sentence)


def test_a_library_of_another_abi_is_refused(tmp_path: Path) -> None:
    """The engine enters by one symbol; without it nothing can be called."""
    with pytest.raises(PackageError, match="does not export OrtGetApiBase"):
        take_library(wheel(tmp_path, ELF_X86_64), Target("x86_64", "3.13"), tmp_path / "artifact")


def test_another_interpreter_than_the_runtimes_is_refused() -> None:
    """Bytecode of another minor version would be ignored on Lambda, so it is not shipped."""
    with pytest.raises(PackageError, match=r"template.yaml has Runtime python3\.99, this is Python 3\."):
        check_interpreter(Target("x86_64", "3.99"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Runtime: python3.13", "template.yaml sets no python Runtime or no Architectures."),
        ("Runtime: python3.13\nArchitectures: [mips]", "template.yaml: no architecture mips; x86_64 and arm64 are."),
        ("Runtime: python3.11\nArchitectures: [arm64]", "template.yaml: python3.11 runs on glibc 2.26, the engine needs 2.28."),
    ],
)  # fmt: skip
def test_a_template_that_the_engine_cannot_run_on_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    """Runtime and architecture are read from one place and checked there."""
    template = tmp_path / "template.yaml"
    template.write_text(text, "utf-8")

    with pytest.raises(PackageError) as caught:
        read_target(template)

    assert str(caught.value) == sentence


def test_a_requirement_whose_hash_is_wrong_is_refused(tmp_path: Path) -> None:
    """uv's own words are kept, and no half-installed tree stays behind."""
    requirements = tmp_path / "lambda.txt"
    requirements.write_text(f"jmespath==1.1.0 --hash=sha256:{'0' * 64}\n", "utf-8")

    with pytest.raises(PackageError, match=r"lambda\.txt cannot be installed for x86_64-manylinux_2_28"):
        installed(requirements, Target("x86_64", "3.13"), tmp_path / "cache")

    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.slow
def test_a_package_that_does_not_start_is_refused(tmp_path: Path, copied: Project, cache: Path) -> None:
    """A model that cannot be served fails the build and not the first cold start."""
    broken = next(copied.models.glob("*/*/model.onnx"))
    broken.write_bytes(b"")

    with pytest.raises(PackageError, match="The package does not start:") as caught:
        build(copied, tmp_path / "artifact", Target("x86_64", this_python()), cache)

    assert f"{broken.parent.name}/model.onnx: its SHA-256 is" in str(caught.value)


@pytest.mark.parametrize("code", ["import boto3\n", "from botocore.config import Config\n"])
def test_what_lambdas_runtime_has_is_not_for_the_start(tmp_path: Path, code: str) -> None:
    """It would take longer than all that ships; the sentence says where it belongs."""
    (tmp_path / "handler").mkdir()
    (tmp_path / "handler" / "app.py").write_text(code, "utf-8")

    with pytest.raises(PackageError) as caught:
        start(tmp_path, Target(this_architecture(), this_python()), tmp_path / "cache")

    assert str(caught.value) == (
        f"The package does not start: src/handler/app.py imports {code.split()[1].partition('.')[0]} at its start, where it "
        "would hold up every execution environment; Lambda's runtime has it: import it in the function that uses it."
    )
