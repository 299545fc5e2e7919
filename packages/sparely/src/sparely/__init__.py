"""
What ships to AWS Lambda: `from sparely import Service`, and in a model's steps.py `from sparely import Refused`.

`engine` runs models through onnxruntime's C library, `handler` is a request's way through a service, `check` asks a new
version before it gets traffic. Names are loaded when they are asked for, so that the check loads no engine.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparely.exchange import Answer as Answer
    from sparely.exchange import Request as Request
    from sparely.service import Service as Service
    from sparely.steps import Refused as Refused

__all__ = ["Answer", "Refused", "Request", "Service"]


def __getattr__(name: str) -> object:
    if name == "Service":
        from sparely.collector import Paused

        with Paused():
            from sparely.service import Service

        return Service
    if name == "Refused":
        from sparely.steps import Refused

        return Refused
    if name in ("Answer", "Request"):
        from sparely import exchange

        return getattr(exchange, name)
    raise AttributeError(f"module 'sparely' has no attribute {name!r}")
