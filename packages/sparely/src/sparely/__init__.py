"""
What ships to AWS Lambda: `from sparely import Service`.

`engine` runs models through onnxruntime's C library, `handler` is a request's way through a service, `check` asks a new
version before it gets traffic. Names are loaded when they are asked for, so that the check loads no engine.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparely.service import Service as Service

__all__ = ["Service"]


def __getattr__(name: str) -> object:
    if name == "Service":
        from sparely.service import Service

        return Service
    raise AttributeError(f"module 'sparely' has no attribute {name!r}")
