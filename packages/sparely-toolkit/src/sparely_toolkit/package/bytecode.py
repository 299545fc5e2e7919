"""
Bytecode that is valid on Lambda.

`sam build` ships none; SAM dates every file of its zip 1980, so bytecode checked by time never validates,
and /var/task is read-only, so nothing repairs it. Unchecked hashes need neither: PEP 552.
"""

import py_compile
import sys
from pathlib import Path

TASK_ROOT = "/var/task"


def compiled_path(module: Path) -> Path:
    """Where the runtime looks, whatever PYTHONPYCACHEPREFIX says here."""
    return module.parent / "__pycache__" / f"{module.stem}.{sys.implementation.cache_tag}.pyc"


def compile_tree(artifact: Path) -> int:
    """
    Compile every module with this interpreter, which must be of the runtime's minor version.

    The recorded file names are Lambda's, so the bytes do not depend on where the package is built.

    Returns:
        How many modules were compiled.

    Raises:
        py_compile.PyCompileError: a module does not compile.
    """
    modules = sorted(artifact.rglob("*.py"))
    for module in modules:
        py_compile.compile(
            str(module),
            cfile=str(compiled_path(module)),
            dfile=f"{TASK_ROOT}/{module.relative_to(artifact).as_posix()}",
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    return len(modules)
