"""
`python -m sparely_toolkit.deployment.sam_process REPORT deploy …`: the SAM CLI, which leaves why it has failed.

SAM answers some of AWS' faults with a traceback of its own and flattens the others into text; the file REPORT has
what AWS said. All else is as `sam` has it: what it prints, asks, and exits with.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import yaml
from click import Abort
from click.exceptions import Exit

from sparely_toolkit.deployment.faults import Fault
from sparely_toolkit.safe_yaml import SafeLoader


def main(report: Path, arguments: Sequence[str]) -> int:
    """Run one command of SAM's, and return its exit code."""
    from samcli.cli.main import cli

    read_quickly()
    try:
        status = cli.main(args=list(arguments), prog_name="sam", standalone_mode=False)
    except Exit as end:
        return end.exit_code
    except (Abort, KeyboardInterrupt):
        return 130
    except Exception as error:
        report.write_text(json.dumps(asdict(Fault.of(error))), "utf-8")
        return 1
    return status if isinstance(status, int) else 0


def read_quickly() -> None:
    """Have SAM read YAML by libyaml: it reads the whole template again and again while it deploys."""
    yaml.SafeLoader = SafeLoader  # type: ignore[misc]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
