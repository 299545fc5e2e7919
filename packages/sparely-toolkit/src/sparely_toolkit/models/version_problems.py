"""Why there is no environment of the versions that a model was fitted with."""

from collections.abc import Sequence

from uv import find_uv_bin

from sparely_toolkit.problems import ExitCode, Problem

OLDEST = (1, 3)
"""The scikit-learn that sparely-export asks for at least."""


class WrongWith(Problem):
    """`--with` does not name a package."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, text: str) -> None:
        super().__init__(f'--with "{text}" names no package; expected NAME==VERSION, such as xgboost==2.1.4.')


class NoPython(Problem):
    """The versions exist for another Python than those of this machine."""

    def __init__(self, versions: Sequence[str], python: str, found: Sequence[str]) -> None:
        super().__init__(
            f"{' and '.join(versions)} can be installed for Python {python}, and this machine has "
            f"{', '.join(found)}: install it by `{find_uv_bin()} python install {python}`, and run this again."
        )


class Unresolved(Problem):
    """The versions cannot be installed, alone or together, for any Python; uv's own words say why."""

    def __init__(self, versions: Sequence[str], reason: str) -> None:
        super().__init__(
            f"{' and '.join(versions)} cannot be installed{' together' * (len(versions) > 1)}: {reason} Name other "
            "versions by --with NAME==VERSION, or stay in the service's own environment by --here."
        )


class TooOld(Problem):
    """The export does not run beside the scikit-learn that is asked for."""

    exit_code = ExitCode.NO

    def __init__(self, version: str) -> None:
        super().__init__(
            f"scikit-learn {version} is older than {'.'.join(map(str, OLDEST))}, the first beside which models are "
            "exported: export the model where it was fitted to .onnx, and add that file."
        )


class Unreachable(Problem):
    """Nobody who has packages answers, so nothing is known of the versions."""

    def __init__(self, versions: Sequence[str], reason: str) -> None:
        super().__init__(
            f"{' and '.join(versions)} cannot be looked for: {reason} Mend the connection, or say by UV_INDEX_URL "
            "where packages are, and run this again; --here stays in the service's own environment."
        )


class Unusable(Problem):
    """The versions are installed, and do not load together."""

    def __init__(self, versions: Sequence[str], reason: str) -> None:
        super().__init__(
            f"{' and '.join(versions)} can be installed, and cannot be loaded with what comes with it ({reason}): name "
            "other versions of that by --with NAME==VERSION, or stay in the service's own environment by --here."
        )
