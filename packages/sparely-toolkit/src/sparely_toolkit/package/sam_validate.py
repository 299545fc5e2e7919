"""
`sam validate --lint`: SAM's and CloudFormation's rules for template.yaml.

It takes seconds, most of them for what cfn-lint imports, and `make check`, `make test` and a workflow ask one after the
other. So a template in which nothing was found is not asked about again until something of what the lint reads has
changed: the template, SAM's settings, the region, or the version of one who judges.
"""

import hashlib
import os
import sys
from importlib.metadata import version
from pathlib import Path

from sparely_toolkit.kept import cache_folder, recall, remember
from sparely_toolkit.package.programs import refusal, run_program
from sparely_toolkit.package.sam_build import sam_environment
from sparely_toolkit.project import Project

_JUDGES = ("aws-sam-cli", "aws-sam-translator", "cfn-lint")
_RIGHT = "Nothing was found.\n"
_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_CONFIG_FILE")
_SETTINGS = (".cfnlintrc", ".cfnlintrc.yaml", ".cfnlintrc.yml")
"""Source: https://github.com/aws-cloudformation/cfn-lint#config-file, in the home folder and the project's."""


def refused_by_sam(project: Project, template: Path | None = None) -> str:
    """
    What SAM and cfn-lint have against a template; nothing where it is right.

    The lint transforms it as SAM does; `sam validate` alone does no more, and asks AWS for it.

    Args:
        template: another one of the service than its template.yaml.
    """
    file = template or project.template
    # Those may name rules and specifications in any other file.
    has_settings = any((folder / name).exists() for folder in (project.root, Path.home()) for name in _SETTINGS)
    name = f"template-{_digest(project, file)}"
    if not has_settings and recall(cache_folder(), name) == _RIGHT:
        return ""
    words = refusal(run_program(project, "sam", "validate", "--lint", "--template-file", str(file)))
    if not words and not has_settings:
        remember(cache_folder(), name, _RIGHT)
    return words


def _digest(project: Project, template: Path) -> str:
    """Of all that the lint's words depend on, where there are no settings of cfn-lint's own."""
    profiles = Path(os.environ.get("AWS_CONFIG_FILE") or Path.home() / ".aws" / "config")
    files = (template, *sorted(project.root.glob("samconfig.*")), profiles)
    known = {name: value for name, value in sam_environment().items() if name in _VARIABLES or name.startswith("SAM_")}
    judges = [*((judge, version(judge)) for judge in _JUDGES), sys.version]
    contents = [each.read_bytes() if each.is_file() else b"" for each in files]
    all_of_it = repr((contents, sorted(known.items()), judges))
    return hashlib.sha256(all_of_it.encode()).hexdigest()[:32]
