"""What lies around the models: files that commands write, the template and its stages, the package's size."""

from pathlib import Path

from sparely_toolkit.testing import Project, outdated, template_problems, weigh

# Twice what a service weighs with four small models, so that nothing heavy comes in unseen: each MB is loaded at every
# start. Raise them where what you add is worth it; Lambda takes 250 MB unzipped.
LARGEST_ZIP_MB, LARGEST_UNZIPPED_MB = 20, 60


def test_what_commands_write_is_current(project: Project) -> None:
    """`make contract` would change nothing."""
    assert outdated(project) == ""


def test_the_template_and_its_stages_can_be_deployed(project: Project) -> None:
    """By SAM's and CloudFormation's rules, with the names that commands rely on; a problem says which line to add."""
    assert template_problems(project) == []


def test_the_package_keeps_its_size(artifact: Path) -> None:
    """As a zip, and unpacked on Lambda."""
    weight = weigh(artifact)

    assert weight.zipped <= LARGEST_ZIP_MB * 1e6, str(weight)
    assert weight.unzipped <= LARGEST_UNZIPPED_MB * 1e6, str(weight)
