"""The service measured against what a user would pick instead, under AWS' emulator and runtime client."""

import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
TEMPLATE = REPOSITORY / "{{cookiecutter.project_slug}}"
CACHE = REPOSITORY / ".cache" / "benchmarks"

sys.pycache_prefix = sys.pycache_prefix or str(CACHE.parent / "bytecode")  # none inside the template
