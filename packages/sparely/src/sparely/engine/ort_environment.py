"""What all sessions of a process share: the library's functions, one OrtEnv, the session options."""

from ctypes import byref, c_void_p
from functools import cache

from sparely.engine.api import Api
from sparely.engine.library import installed_library, load_library

LOG_ERRORS = 3
SEQUENTIAL = 0
OPTIMISE_ALL = 99
ARENA_ALLOCATOR = 1
DEFAULT_MEMORY = 0

# One request at a time and a share of one processor: further threads only wait, and spinning is billed.
CONFIGURATION = (
    (b"session.intra_op.allow_spinning", b"0"),
    (b"session.inter_op.allow_spinning", b"0"),
)


class OrtEnvironment:
    """The loaded library with its OrtEnv, options, allocator and memory description; lives until exit."""

    def __init__(self, path: str) -> None:
        """Load the library at `path`; raises InvalidLibrary where it cannot serve."""
        self.api = Api(load_library(path), path)
        self.env, self.options, self.allocator, self.memory = (c_void_p() for _ in range(4))
        api = self.api
        api.check(api.CreateEnv(LOG_ERRORS, b"engine", byref(self.env)))
        api.check(api.DisableTelemetryEvents(self.env))
        api.check(api.GetAllocatorWithDefaultOptions(byref(self.allocator)))
        api.check(api.CreateCpuMemoryInfo(ARENA_ALLOCATOR, DEFAULT_MEMORY, byref(self.memory)))
        api.check(api.CreateSessionOptions(byref(self.options)))
        self._set_options()

    def _set_options(self) -> None:
        api, options = self.api, self.options
        api.check(api.SetIntraOpNumThreads(options, 1))
        api.check(api.SetInterOpNumThreads(options, 1))
        api.check(api.SetSessionExecutionMode(options, SEQUENTIAL))
        api.check(api.SetSessionGraphOptimizationLevel(options, OPTIMISE_ALL))
        api.check(api.SetSessionLogSeverityLevel(options, LOG_ERRORS))
        for key, value in CONFIGURATION:
            api.check(api.AddSessionConfigEntry(options, key, value))
        # On a forest of 100 trees neither made a difference beyond noise (18 us a row, 0.05 MiB resident);
        # an arena is meant to keep what a large request needed, so it stays off.
        api.check(api.DisableCpuMemArena(options))
        api.check(api.DisableMemPattern(options))


@cache
def ort_environment() -> OrtEnvironment:
    """The one of this process, made at first use."""
    return OrtEnvironment(installed_library())


def library_version() -> str:
    """The version of onnxruntime that serves, such as "1.27.0"."""
    return ort_environment().api.version
