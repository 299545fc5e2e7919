"""`sparely upgrade`, up to where the newer version goes on: what is refused, what is replaced, what is put back."""

import os
import shutil
from pathlib import Path

import pytest

from sparely_toolkit.cli.commands import run
from sparely_toolkit.project import Project
from sparely_toolkit.upkeep.upgrading import compare, upgrade
from sparely_toolkit.upkeep.wheels import wheels
from support.newer_wheels import VERSION, Changes, newer
from tests.upkeep.conftest import git


@pytest.fixture
def offered(project: Project, tmp_path: Path) -> Path:
    """A folder with a newer wheel of each package, whose content is the same."""
    return offer(project, tmp_path / "wheels")


def offer(project: Project, folder: Path, changes: Changes | None = None) -> Path:
    """Newer wheels of all packages; the changes are made to sparely's."""
    for name, wheel in wheels(project.vendor).items():
        newer(wheel.file, folder, changes or {} if name == "sparely" else {})
    return folder


def refused(project: Project, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `sparely upgrade` says instead of touching anything."""
    before = git(project.root, "status", "--porcelain")
    assert run(["--service", str(project.root), "upgrade", "--wheels", str(folder)]) in (1, 2)
    assert git(project.root, "status", "--porcelain") == before
    return capsys.readouterr().err


def test_wheels_and_locks_are_replaced(project: Project, offered: Path) -> None:
    """Every lock names the newer version by its hash, and nothing else moves."""
    replaced = [str(each) for each in upgrade(project, [offered])]

    old = [line.split()[1] for line in replaced]
    assert replaced == [
        f"{name} {version} -> {VERSION}"
        for name, version in zip(("sparely", "sparely-export", "sparely-toolkit"), old, strict=True)
    ]
    assert {str(wheel.version) for wheel in wheels(project.vendor).values()} == {VERSION}
    changed = git(project.root, "diff", "--unified=0", "--", "requirements").splitlines()
    assert {line[1:].partition("==")[0] for line in changed if line.startswith("+") and "==" in line} == {
        "sparely",
        "sparely-export",
        "sparely-toolkit",
    }
    assert (project.root / ".venv-is-made").exists()


def test_the_same_wheels_change_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so, and ends well."""
    shutil.copytree(project.vendor, project.root.parent / "same")

    assert run(["--service", str(project.root), "upgrade", "--wheels", str(project.root.parent / "same")]) == 0
    assert capsys.readouterr().out == "vendor/ has these wheels already.\n"
    assert git(project.root, "status", "--porcelain") == ""


def test_a_folder_must_be_named(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """There is no registry to ask."""
    assert run(["--service", str(project.root), "upgrade"]) == 2

    assert capsys.readouterr().err.startswith(
        "Name the folder of the newer wheels: make upgrade WHEELS=DIR, or --wheels DIR."
    )


def test_a_folder_without_a_package_is_refused(
    project: Project, offered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Packages of two versions do not go together."""
    next(offered.glob("sparely_export-*")).unlink()

    assert refused(project, offered, capsys) == (
        f"There is no wheel of sparely-export in {offered}; name a newer clone of sparely, or each folder that holds "
        'our newer packages: make upgrade WHEELS=DIR ARGS="--wheels OTHER".\n'
    )


def test_a_folder_that_is_not_there_is_named(
    project: Project, offered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such as two that were given as one."""
    both = Path(f"{offered} {project.vendor}")

    assert refused(project, both, capsys) == (
        f"There is no folder {both}; name one, a newer clone of sparely or a folder of wheels; "
        'others by ARGS="--wheels OTHER".\n'
    )


def test_changes_that_are_not_committed_are_not_mixed_with_an_upgrade(
    project: Project, offered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that all of it can be taken back by git."""
    (project.root / "notes.md").write_text("mine", "utf-8")

    assert refused(project, offered, capsys) == (
        "prediction-service has changes that are not committed, so that this could not be taken back: "
        "commit first, or say --force.\n"
    )


def test_a_service_that_is_not_under_version_control_is_not_touched(
    project: Project, offered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing could take it back."""
    shutil.rmtree(project.root / ".git")

    assert run(["--service", str(project.root), "upgrade", "--wheels", str(offered)]) == 1
    assert capsys.readouterr().err == (
        "prediction-service is not under version control, so that this could not be taken back: "
        "commit first, or say --force.\n"
    )


def test_one_version_has_one_content(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A lock keeps the hash of the one that it knows."""
    for wheel in wheels(project.vendor).values():
        newer(wheel.file, tmp_path / "other", {}, version=str(wheel.version))
    wheel = wheels(tmp_path / "other")["sparely"]

    assert refused(project, tmp_path / "other", capsys) == (
        f"{wheel.file} is not the sparely {wheel.version} that lies in vendor/; give it another version.\n"
    )


def test_an_older_version_is_refused(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a newer one has written, it may not read."""
    for wheel in wheels(project.vendor).values():
        newer(wheel.file, tmp_path / "older", {}, version="0.0.1")
    current = wheels(project.vendor)["sparely"].version

    assert refused(project, tmp_path / "older", capsys) == (
        f"sparely 0.0.1 is older than {current}, which lies in vendor/: go back by git, or say --force.\n"
    )


def test_unpacked_sources_are_not_upgraded(project: Project, offered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wheel would change nothing of what runs."""
    run(["--service", str(project.root), "unpack"])
    capsys.readouterr()

    assert refused(project, offered, capsys) == (
        "packages/ holds our packages' sources, and a newer wheel would change nothing: sparely unpack --undo first.\n"
    )


def test_what_cannot_be_locked_is_put_back(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wheels and locks are what they were, and the environment was not touched."""
    metadata = f"sparely-{wheels(project.vendor)['sparely'].version}.dist-info/METADATA"
    needs = "Requires-Dist: aws-lambda-powertools"
    offered = offer(project, tmp_path / "wheels", {metadata: [(needs, f"Requires-Dist: sparely-export==99\n{needs}")]})

    assert run(["--service", str(project.root), "upgrade", "--wheels", str(offered)]) == 3
    assert capsys.readouterr().err.startswith("requirements/lambda.in cannot be locked: ")
    assert git(project.root, "status", "--porcelain") == ""
    assert not (project.root / ".venv-is-made").exists()


def test_an_add_ons_packages_lie_in_a_folder_of_their_own(project: Project, offered: Path, tmp_path: Path) -> None:
    """Every folder is looked through."""
    (tmp_path / "others").mkdir()
    wheel = wheels(offered)["sparely-export"].file
    wheel.rename(tmp_path / "others" / wheel.name)

    assert len(compare(wheels(project.vendor), [offered, tmp_path / "others"])) == 3


@pytest.mark.parametrize("named", ["", "{{cookiecutter.project_slug}}/vendor"])
def test_a_clone_has_those_of_its_add_ons_too(project: Project, offered: Path, tmp_path: Path, named: str) -> None:
    """They lie beside those of the service, in a folder of each add-on; the clone is named, or the service's vendor/."""
    clone, slug = tmp_path / "newer sparely", "{{cookiecutter.project_slug}}"
    wheel = wheels(offered)["sparely-export"].file
    for file, folder in ((wheel, clone / "addons" / "batch"), *((each, clone) for each in offered.glob("*.whl"))):
        if file.exists():
            (folder / slug / "vendor").mkdir(parents=True, exist_ok=True)
            file.rename(folder / slug / "vendor" / file.name)

    assert len(compare(wheels(project.vendor), [clone / named])) == 3


def test_an_interruption_is_put_back(project: Project, offered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At whatever moment before the environment is made anew."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sparely_toolkit.upkeep.upgrading.lock", interrupted)

    with pytest.raises(KeyboardInterrupt):
        upgrade(project, [offered])

    assert git(project.root, "status", "--porcelain") == ""


def test_the_newest_of_several_wheels_counts(project: Project, tmp_path: Path) -> None:
    """A folder may keep older ones; what is none of ours is nobody's business."""
    folder = tmp_path / "many"
    for version in ("0.2.0.dev9", "0.2.0.dev10", "0.10.0", "0.9.0"):
        newer(wheels(project.vendor)["sparely"].file, folder, {}, version=version)
    (folder / "other-1.0-py3-none-any.whl").touch()

    assert {name: str(wheel.version) for name, wheel in wheels(folder).items()} == {"sparely": "0.10.0"}
    assert os.fspath(wheels(folder)["sparely"].file).endswith("sparely-0.10.0-py3-none-any.whl")
