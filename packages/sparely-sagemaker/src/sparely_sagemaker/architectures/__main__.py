"""`python -m architectures direct|multi-model`: serve one until stopped."""

import argparse
import asyncio
import os
import signal
import sys

from sparely_sagemaker.architectures.fleets import BUILT, Size
from sparely_sagemaker.architectures.serving import DIRECT, MULTI_MODEL, Choice, serving


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    given = _parser().parse_args(arguments)
    if not (BUILT / "archives" / "service.tar.gz").is_file():
        print("Nothing is built. Run `make -C sagemaker build` first.", file=sys.stderr)
        return 1
    size = Size(given.instances, given.workers, given.model_memory_mb)
    asyncio.run(_serve(Choice(given.architecture, given.port, size, given.calls, given.concurrency)))
    return 0


async def _serve(choice: Choice) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with serving(choice) as url:
        print(f"Serving {choice.name} on {url}; the containers write to {choice.log}", flush=True)
        await stopped.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m architectures", description=__doc__)
    parser.add_argument("architecture", choices=[DIRECT, MULTI_MODEL])
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "3000")))
    parser.add_argument("--instances", type=int, default=1, help="instances of the endpoint")
    parser.add_argument("--workers", type=int, default=2, help="worker processes of each container")
    parser.add_argument("--model-memory-mb", type=int, help="memory for models of each container")
    parser.add_argument(
        "--calls", choices=["area", "model"], default="area", help="once for an area, or for each model"
    )
    parser.add_argument("--concurrency", type=int, default=10, help="environments of the thin function at once")
    return parser


if __name__ == "__main__":
    sys.exit(main())
