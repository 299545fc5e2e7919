"""Environments crash, hang, swell and lie while others work: no healthy request is lost or run twice."""

import itertools
import json
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.local.conftest import Serve
from tests.local.serving import Served

HANDLER = """
import json, os, signal, time
from pathlib import Path

FOLDER = Path({folder!r})


def init(name):
    # Each ticket spoils one init.
    for ticket in FOLDER.glob(name + "-*"):
        try:
            ticket.unlink()
        except FileNotFoundError:
            continue
        return True
    return False


if init("fail"):
    raise RuntimeError("spoiled init")
if init("hang"):
    time.sleep(60)


def handler(event, context):
    order = json.loads(event["body"])
    return globals()[order["do"]](order)


def work(order):
    with open(FOLDER / "ledger", "a") as ledger:
        ledger.write(order["id"] + "\\n")
    return {{"statusCode": 200, "body": json.dumps(order["id"])}}


def crash(order):
    os._exit(9)


def killed(order):
    os.kill(os.getpid(), signal.SIGKILL)


def hang(order):
    time.sleep(60)


def swell(order):
    return {{"statusCode": 200, "body": str(len(bytes(400 * 1024 * 1024).replace(b"\\0", b"\\1")))}}


def malformed(order):
    return {{"statusCode": "many"}}


def spoil(order):
    # The next two cold starts go wrong, and this environment makes room for one.
    (FOLDER / ("fail-" + order["id"])).touch()
    (FOLDER / ("hang-" + order["id"])).touch()
    os._exit(1)
"""
FAULTS = ("crash", "killed", "hang", "swell", "malformed", "spoil")
STATUS = {"http": 500, "rest": 502}
CLIENTS = 4
EACH = 40


def send(served: Served, do: str, number: str) -> tuple[int, bytes]:
    answer = served.ask(body=json.dumps({"do": do, "id": number}), headers={"content-type": "application/json"})
    return answer.status, answer.body


@pytest.mark.parametrize("kind", ["http", "rest"])
def test_healthy_requests_are_answered_once_each(serve: Serve, tmp_path: Path, kind: str) -> None:
    """Every healthy request gets its own answer and ran once; every faulty one gets the gateway's fault."""
    folder = tmp_path / "folder"
    folder.mkdir()
    handler = HANDLER.format(folder=str(folder))
    served = serve(
        {"Memory": "128"}, kind=kind, handler=handler, timeout_s=1, init_limit_s=0.5, concurrency=20, quiet=True
    )
    healthy: dict[str, tuple[int, bytes]] = {}
    faulty: list[tuple[int, bytes]] = []

    def work(client: int) -> None:
        for number in range(EACH):
            name = f"{client}.{number}"
            healthy[name] = send(served, "work", name)

    def disturb() -> None:
        for number, fault in zip(range(3 * len(FAULTS)), itertools.cycle(FAULTS), strict=False):
            faulty.append(send(served, fault, str(number)))

    threads = [
        *(threading.Thread(target=work, args=(client,)) for client in range(CLIENTS)),
        threading.Thread(target=disturb),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {name: (200, json.dumps(name).encode()) for name in healthy} == healthy
    ran: Counter[Any] = Counter((folder / "ledger").read_text().split())
    assert ran == Counter(dict.fromkeys(healthy, 1))
    assert len(healthy) == CLIENTS * EACH
    assert {status for status, _ in faulty} == {STATUS[kind]}
    assert len(faulty) == 3 * len(FAULTS)
